// Starting and asking the sinks, one of each kind for a run of the bench.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getTls } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv, start } from './child.js';

export const LATENCY_MS = 100;

const SINK = fileURLToPath(new URL('sink.js', import.meta.url));
const FLAGS = {
  plain: () => [],
  tls: (folder) => ['--tls', folder],
  latency: () => ['--latency', String(LATENCY_MS), '--record'],
  recording: () => ['--record'],
};

/**
 * @param kind `plain`, `tls`, `latency` (100 ms) or `recording` (time and key of every call)
 * @param folder where a certificate may be put
 */
export async function startSink(kind, folder) {
  const certificate = kind === 'tls' ? makeCertificate(folder) : undefined;
  const child = start([SINK, ...FLAGS[kind](certificate?.folder)], {
    env: cleanEnv(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(Number(data)));
    child.once('exit', (code) => reject(new Error(`the sink ended with ${code}`)));
  });
  const origin = certificate ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const ask = (path) => askJson(origin + path, certificate?.ca);
  return {
    url: `${origin}/api/v0.1`,
    env: certificate ? { NODE_EXTRA_CA_CERTS: certificate.file } : {},
    reset: () => ask('/__reset'),
    stats: () => ask('/__stats'),
  };
}

/** A self-signed one, for this run of the bench alone. */
function makeCertificate(folder) {
  const own = join(folder, 'certificate');
  mkdirSync(own);
  const file = join(own, 'cert.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', join(own, 'key.pem'), '-out', file];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...out], { stdio: 'ignore' });
  return { folder: own, file, ca: readFileSync(file) };
}

function askJson(url, ca) {
  return new Promise((resolve, reject) => {
    const get = ca ? getTls : getPlain;
    get(url, { agent: false, ...(ca && { ca }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve(JSON.parse(text)));
    }).on('error', reject);
  });
}
