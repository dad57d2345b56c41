import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../support/readme.ts';

/** Every relative link in every page: to a file that is there, and to a heading that it has. */
const isOurs = (page: string) => !/(^|\/)(node_modules|data|demo-output)(\/|$)/.test(page);
const pages = globSync('{*,{docs,examples,models,test,bench,.github}/**/*}.md', { cwd: projectRoot }).filter(isOurs);

interface Link {
  page: string;
  target: string;
  anchor: string | undefined;
}

function linksOf(page: string): Link[] {
  const text = withoutCode(readFileSync(path.join(projectRoot, page), 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file, anchor] = link.split('#');
      return { page, target: file ? path.join(path.dirname(page), file) : page, anchor };
    });
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '');
}

/** As GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = withoutCode(readFileSync(path.join(projectRoot, page), 'utf8')).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages', () => {
  const links = pages.flatMap(linksOf);

  test('link to files that are there', () => {
    expect(links.length).toBeGreaterThan(50);
    const broken = links.filter(({ target }) => !existsSync(path.join(projectRoot, target)));
    expect(broken.map(({ page, target }) => `${page} → ${target}`)).toEqual([]);
  });

  test('link to headings that are there', () => {
    const withAnchor = links.filter(({ target, anchor }) => anchor && target.endsWith('.md'));
    expect(withAnchor.length).toBeGreaterThan(3);
    const broken = withAnchor.filter(({ target, anchor }) => !anchorsOf(target).includes(anchor!));
    expect(broken.map(({ page, target, anchor }) => `${page} → ${target}#${anchor}`)).toEqual([]);
  });

  test('lists every decision on its index page', () => {
    const index = readFileSync(path.join(projectRoot, 'docs/decisions/README.md'), 'utf8');
    const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page)).map((page) => path.basename(page));
    expect(decisions.length).toBeGreaterThan(5);
    expect(decisions.filter((file) => !index.includes(`(${file})`))).toEqual([]);
  });
});
