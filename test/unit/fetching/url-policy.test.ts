import { describe, expect, test } from 'vitest';
import { FetchError } from '../../../src/fetching/fetch-error.ts';
import { checkUrl } from '../../../src/fetching/url-policy.ts';

function refusal(url: string, allowedHosts: string[] | null = null): string | null {
  try {
    checkUrl(new URL(url), { allowedHosts });
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(FetchError);
    expect((error as FetchError).code).toBe('URL_NOT_ALLOWED');
    return (error as FetchError).message;
  }
}

describe('a URL', () => {
  test.each([
    'https://example.com/a.jpg',
    'http://example.com/a.jpg?size=large#part',
    'https://example.com:443/',
    'http://example.com:80/',
    'http://1.1.1.1/a.jpg',
    'http://[2606:4700:4700::1111]/a.jpg',
    'https://localhost.example.com/',
  ])('may be fetched: %s', (url) => expect(refusal(url)).toBeNull());

  test.each([
    ['a file', 'file:///etc/passwd', 'https://'],
    ['ftp', 'ftp://example.com/a.jpg', 'https://'],
    ['data', 'data:image/png;base64,AAAA', 'https://'],
    ['blob', 'blob:https://example.com/1', 'https://'],
    ['a user', 'https://user@example.com/', 'user'],
    ['a password', 'https://:secret@example.com/', 'password'],
    ['a host in disguise', 'https://example.com@127.0.0.1/', 'user'],
    ['another port', 'http://example.com:8080/', '8080'],
    ['the port of the other scheme', 'https://example.com:80/', 'port 80'],
    ['a database', 'http://example.com:5432/', '5432'],
    ['loopback', 'http://127.0.0.1/', 'public internet'],
    ['loopback, one number', 'http://2130706433/', 'public internet'],
    ['loopback, hexadecimal', 'http://0x7f.1/', 'public internet'],
    ['loopback, octal', 'http://0177.0.0.1/', 'public internet'],
    ['loopback, short', 'http://127.1/', 'public internet'],
    ['loopback, full-width digits', 'http://１２７.０.０.１/', 'public internet'],
    ['loopback with a dot at its end', 'http://127.0.0.1./', 'public internet'],
    ['zero', 'http://0/', 'public internet'],
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/', 'public internet'],
    ['cloud metadata, mapped', 'http://[::ffff:169.254.169.254]/', 'public internet'],
    ['cloud metadata, mapped in hexadecimal', 'http://[::ffff:a9fe:a9fe]/', 'public internet'],
    ['IPv6 loopback', 'http://[::1]/', 'public internet'],
    ['IPv4 within IPv6', 'http://[::127.0.0.1]/', 'public internet'],
    ['NAT64', 'http://[64:ff9b::127.0.0.1]/', 'public internet'],
    ['6to4', 'http://[2002:7f00:1::]/', 'public internet'],
    ['unique local', 'http://[fd00:ec2::254]/', 'public internet'],
  ])('is refused with %s', (_name, url, reason) => expect(refusal(url)).toContain(reason));

  test('is refused above 2048 characters, and not repeated', () => {
    const message = refusal(`https://example.com/${'a'.repeat(2048)}`);
    expect(message).toContain('2048');
    expect(message!.length).toBeLessThan(200);
  });

  test.each([
    ['https://a.example/', true],
    ['https://A.EXAMPLE/', true],
    ['https://a.example./', true],
    ['https://b.a.example/', false],
    ['https://pictures.shop.example/', true],
    ['https://a.b.shop.example/', true],
    ['https://shop.example/', false],
    ['https://evilshop.example/', false],
    ['https://a.example.evil.test/', false],
  ])('%s is among the hosts a.example and *.shop.example: %s', (url, allowed) =>
    expect(refusal(url, ['a.example', '*.shop.example']) === null).toBe(allowed),
  );

  test('is not made public by being listed', () =>
    expect(refusal('http://127.0.0.1/', ['127.0.0.1'])).toContain('public internet'));
});
