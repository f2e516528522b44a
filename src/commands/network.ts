import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { BondOptions } from '../bond/client.js';
import { OperatorError, systemTrouble } from '../errors.js';
import type { Env } from '../io.js';

/** How the network wants to be used, from the environment: proxy and client certificate. */
export function networkOf(env: Env, baseUrl: string): Pick<BondOptions, 'proxy' | 'clientCertificate'> {
  const proxy = proxyOf(env, baseUrl);
  const clientCertificate = clientCertificateOf(env);
  return { ...(proxy && { proxy }), ...(clientCertificate && { clientCertificate }) };
}

const PROXY_PROTOCOLS = ['http:', 'https:', 'socks5:'];

function proxyOf(env: Env, baseUrl: string): BondOptions['proxy'] {
  const name = baseUrl.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const given = either(env, name);
  if (given === undefined) return undefined;
  // As curl reads it: without a protocol it is http.
  const text = given.includes('://') ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !PROXY_PROTOCOLS.includes(url.protocol) || url.hostname === '') {
    throw new OperatorError(
      `${name}: expected the URL of a proxy, such as http://proxy.example.com:3128, got something else`,
    );
  }
  return { url, noProxy: either(env, 'NO_PROXY') ?? '' };
}

/** These variables are written in small letters as often as in capitals; as in curl, the small ones win. */
function either(env: Env, name: string): string | undefined {
  return env[name.toLowerCase()] || env[name] || undefined;
}

function clientCertificateOf(env: Env): BondOptions['clientCertificate'] {
  const cert = readPem(env, 'BOND_CLIENT_CERT_FILE');
  const key = readPem(env, 'BOND_CLIENT_KEY_FILE');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [is, isNot] = cert === undefined ? ['KEY', 'CERT'] : ['CERT', 'KEY'];
    throw new OperatorError(
      `BOND_CLIENT_${is}_FILE is set and BOND_CLIENT_${isNot}_FILE is not: a client certificate needs both`,
    );
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new OperatorError(
      'BOND_CLIENT_CERT_FILE and BOND_CLIENT_KEY_FILE do not go together, or are no PEM files: give the certificate (with its chain) and its own key, without a passphrase',
      { cause: error },
    );
  }
  return { cert, key };
}

function readPem(env: Env, name: string): string | undefined {
  const path = env[name];
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemTrouble(`${name} names ${path}, which cannot be read`, error);
  }
}
