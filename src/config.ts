import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Environment, EnvironmentReader } from './environment-reader.ts';
import { type ExecutionProvider, executionProviders } from './models/execution-provider.ts';

/** The settings from the environment, read once. Sizes are in bytes, times in the unit of their name. */
export interface Config {
  host: string;
  /** 0 lets the system pick one. */
  port: number;
  dataDir: string;
  /** null: the directory `blobs` of `dataDir`. */
  blobStore: S3Location | null;
  /** Whether clients send the bytes of uploads directly to `blobStore`, not through the api. */
  uploadsDirect: boolean;
  /** null: the embedded server under `dataDir`. */
  databaseUrl: string | null;
  /** A connection that is a session (not a transaction pooler), for LISTEN, migrations and the worker. */
  databaseDirectUrl: string | null;
  /** The address of this server for clients; null: `http://host:port`. */
  publicUrl: string | null;
  modelsDir: string;
  /** null: from the CPU quota. */
  engines: number | null;
  engineThreads: number | null;
  /** What runs the models. Where it cannot, the CPU does. */
  engineProvider: ExecutionProvider;
  /** What decodes videos: `node-av`, or the path of an ffmpeg program; null: nothing, so videos cannot be analysed. */
  videoDecoder: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  logFormat: 'pretty' | 'json';
  /** Origins whose pages may call the API; empty: the same origin only. */
  corsOrigins: string[];
  /** Whether browsers get GraphiQL at /graphql. */
  graphiql: boolean;
  /** Whether browsers get the dashboard at /. */
  dashboard: boolean;
  /** Who may introspect the schema: everybody, clients with a key, or nobody. */
  introspection: 'on' | 'key' | 'off';
  maxUploadBytes: number;
  /** Of one video. */
  maxVideoBytes: number;
  /** Duration of one video. */
  maxVideoSeconds: number;
  maxRequestBytes: number;
  maxJsonBytes: number;
  /** Maximum size of one response to an operation, as JSON. */
  maxResponseBytes: number;
  maxImagePixels: number;
  /** null: pictures are not fetched from URLs. */
  urlIngest: UrlIngest | null;
  shutdownGraceSeconds: number;
  /** How long /readyz answers 503 to load balancers before anything is stopped. */
  shutdownDrainSeconds: number;
  /** A visit closes when no image was submitted for it for so long. */
  visitIdleMinutes: number;
  /** Port on which /metrics is served without a key; null: on the API's port, with a key. */
  metricsPort: number | null;
  /** null: no traces are sent. Their exporter reads OTEL_EXPORTER_OTLP_* itself. */
  traces: Traces | null;
  /** Secret of a key of the default organisation, which is created if absent. */
  bootstrapApiKey: string | null;
}

/** The location of objects. The AWS SDK finds credentials and region itself: AWS_* or the role of the machine. */
export interface S3Location {
  bucket: string;
  /** Before every key, with a slash at its end; or empty. */
  prefix: string;
  /** Endpoint of a store that is not Amazon's, whose buckets are addressed by path instead of host name. null: Amazon's. */
  endpoint: string | null;
}

export interface UrlIngest {
  /** Names of hosts, `*.example.com` for all below one; null: any that is on the public internet. */
  allowedHosts: string[] | null;
}

export interface Traces {
  /** Of the traces that begin here, 0..1. */
  sampleRatio: number;
}

/** All problems of the environment, in one error. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const logLevels: readonly Config['logLevel'][] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function path(text: string): string {
  return isAbsolute(text) ? text : resolve(process.cwd(), text);
}

function origins(read: EnvironmentReader): string[] {
  const listed = read.list('CORS_ORIGINS');
  for (const origin of listed) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      read.problems.push(
        `CORS_ORIGINS contains "${origin}"; expected origins such as https://app.example.com, separated by commas.`,
      );
  }
  return listed;
}

function blobStore(read: EnvironmentReader): S3Location | null {
  const value = read.text('BLOB_STORE');
  const endpoint = read.url('AWS_ENDPOINT_URL_S3', ['http:', 'https:']);
  if (value === null) return null;
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w/-]*))?$/.exec(value) ?? [];
  if (bucket === undefined) {
    read.problems.push(
      `BLOB_STORE is "${value}"; expected s3://bucket or s3://bucket/prefix, the prefix of letters, digits, "_", "-" and "/".`,
    );
    return null;
  }
  const parts = path.split('/').filter(Boolean);
  return { bucket, prefix: parts.map((part) => `${part}/`).join(''), endpoint };
}

function uploadsDirect(read: EnvironmentReader): boolean {
  const isDirect = read.oneOf('UPLOADS_DIRECT', ['off', 'on']) === 'on';
  if (isDirect && read.text('BLOB_STORE') === null)
    read.problems.push(
      'UPLOADS_DIRECT is on, but there is no bucket to send to; set BLOB_STORE=s3://bucket, or UPLOADS_DIRECT=off.',
    );
  return isDirect;
}

function urlIngest(read: EnvironmentReader): UrlIngest | null {
  const listed = read.list('URL_INGEST_ALLOW').map((host) => host.toLowerCase());
  for (const host of listed) {
    if (!/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host))
      read.problems.push(
        `URL_INGEST_ALLOW contains "${host}"; expected names such as images.example.com or *.example.com, separated by commas.`,
      );
  }
  if (read.oneOf('URL_INGEST', ['off', 'on']) !== 'on') return null;
  return { allowedHosts: listed.length > 0 ? listed : null };
}

function videoDecoder(read: EnvironmentReader): string | null {
  const value = read.text('VIDEO_DECODER') ?? 'node-av';
  if (value === 'off') return null;
  if (value !== 'node-av' && !isAbsolute(value))
    read.problems.push(
      `VIDEO_DECODER is "${value}"; expected node-av, off, or the absolute path of an ffmpeg program, such as /usr/bin/ffmpeg.`,
    );
  return value;
}

function bootstrapKey(read: EnvironmentReader): string | null {
  const secret = read.text('BOOTSTRAP_API_KEY');
  if (secret !== null && secret.length < 20)
    read.problems.push(
      'BOOTSTRAP_API_KEY is shorter than 20 characters; anyone could guess it. Use `openssl rand -hex 32`.',
    );
  return secret;
}

/** By the names that every program with OpenTelemetry reads. */
function traces(read: EnvironmentReader): Traces | null {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  const ownEndpoint = read.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['http:', 'https:']);
  const isDisabled = read.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none']);
  read.oneOf('OTEL_TRACES_SAMPLER', ['parentbased_always_on', 'parentbased_traceidratio']);
  const sampleRatio = read.fraction('OTEL_TRACES_SAMPLER_ARG') ?? 1;
  const isNamed = endpoint !== null || ownEndpoint !== null;
  return isNamed && !isDisabled && exporter !== 'none' ? { sampleRatio } : null;
}

/**
 * Environment → typed configuration. Pure, except for the defaults that depend on the terminal.
 * @throws ConfigError that lists every problem.
 */
export function loadConfig(env: Environment): Config {
  const read = new EnvironmentReader(env);
  const megabyte = 1_000_000;
  const cores = availableParallelism();
  const config: Config = {
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', { min: 0, max: 65_535 }) ?? 4000,
    dataDir: path(read.text('DATA_DIR') ?? resolve(projectRoot, 'data')),
    blobStore: blobStore(read),
    uploadsDirect: uploadsDirect(read),
    databaseUrl: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    databaseDirectUrl: read.url('DATABASE_DIRECT_URL', ['postgres:', 'postgresql:']),
    publicUrl: read.url('PUBLIC_URL', ['http:', 'https:']),
    modelsDir: path(read.text('MODELS_DIR') ?? resolve(projectRoot, 'models')),
    engines: read.integer('ENGINES', { min: 1, max: 64 }),
    engineThreads: read.integer('ENGINE_THREADS', { min: 1, max: Math.max(64, cores) }),
    engineProvider: read.oneOf('ENGINE_PROVIDER', executionProviders) ?? 'cpu',
    videoDecoder: videoDecoder(read),
    logLevel: read.oneOf('LOG_LEVEL', logLevels) ?? 'info',
    logFormat: read.oneOf('LOG_FORMAT', ['pretty', 'json']) ?? (process.stderr.isTTY ? 'pretty' : 'json'),
    corsOrigins: origins(read),
    graphiql: read.oneOf('GRAPHIQL', ['on', 'off']) !== 'off',
    dashboard: read.oneOf('DASHBOARD', ['on', 'off']) !== 'off',
    introspection: read.oneOf('INTROSPECTION', ['on', 'key', 'off']) ?? 'on',
    maxUploadBytes: read.integer('MAX_UPLOAD_BYTES', { min: 1, max: 1_000 * megabyte }) ?? 20 * megabyte,
    maxVideoBytes: read.integer('MAX_VIDEO_BYTES', { min: 1, max: 50_000 * megabyte }) ?? 500 * megabyte,
    maxVideoSeconds: read.integer('MAX_VIDEO_SECONDS', { min: 1, max: 86_400 }) ?? 3_600,
    maxRequestBytes: read.integer('MAX_REQUEST_BYTES', { min: 1, max: 100_000 * megabyte }) ?? 1_000 * megabyte,
    maxJsonBytes: 32 * megabyte,
    maxResponseBytes: read.integer('MAX_RESPONSE_BYTES', { min: 100_000, max: 256 * 1024 * 1024 }) ?? 32 * 1024 * 1024,
    maxImagePixels: read.integer('MAX_IMAGE_PIXELS', { min: 1, max: 500 * megabyte }) ?? 50 * megabyte,
    urlIngest: urlIngest(read),
    shutdownGraceSeconds: read.integer('SHUTDOWN_GRACE_SECONDS', { min: 0, max: 3_600 }) ?? 25,
    shutdownDrainSeconds: read.integer('SHUTDOWN_DRAIN_SECONDS', { min: 0, max: 600 }) ?? 5,
    visitIdleMinutes: read.integer('VISIT_IDLE_MINUTES', { min: 1, max: 10_080 }) ?? 60,
    metricsPort: read.integer('METRICS_PORT', { min: 1, max: 65_535 }),
    traces: traces(read),
    bootstrapApiKey: bootstrapKey(read),
  };
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return config;
}
