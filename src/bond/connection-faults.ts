import { certificateFault, type CertificateFault } from '../errors.js';

/**
 * A failure of connecting that no waiting mends, in words with the cure; undefined for all that may pass by itself.
 * @param proxy the proxy through which the connection was to go
 */
export function setUpFault(error: unknown, base: URL, proxy: URL | undefined): string | undefined {
  if (proxy !== undefined) {
    const status = /^Proxy response \((\d+)\)/.exec(reasonOf(error))?.[1];
    // The proxy says that Bond cannot be reached: that passes.
    if (status?.startsWith('5') === true) return undefined;
    if (status !== undefined)
      return `The proxy ${proxy.host} answers ${status} when asked for ${base.host}: ${status === '407' ? 'put user and password into the URL of the proxy' : 'ask those who run it to let this address through'}`;
  }
  const code = codeOf(error);
  const tls = tlsWords(code);
  if (tls !== undefined) return `No secure connection to ${base.host}: ${tls} (${code})`;
  if (proxy === undefined) return undefined;
  return `No connection through the proxy ${proxy.host}: ${reasonOf(error)}; check HTTPS_PROXY and HTTP_PROXY, or name ${base.hostname} in NO_PROXY to go without`;
}

/** An error in the words of whoever threw it; of several attempts to connect the first. */
export function reasonOf(error: unknown): string {
  const one = firstOf(error);
  return one instanceof Error ? one.message || one.name : String(one);
}

const CERTIFICATE_WORDS: Readonly<Record<CertificateFault, string>> = {
  expired:
    "its certificate has expired or is not valid yet; check this machine's clock, else tell those who run that address",
  'for another host':
    'its certificate is for another name; check --api-url, and whether a gateway answers in its place',
  untrusted:
    "its certificate is signed by an authority that this machine does not trust; if your network has its own, set NODE_EXTRA_CA_CERTS to that authority's certificate (a PEM file)",
};

/** What went wrong before a secure connection stood; undefined when it was something else. */
function tlsWords(code: string): string | undefined {
  const fault = certificateFault(code);
  if (fault) return CERTIFICATE_WORDS[fault];
  if (
    /^ERR_SSL_.*(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|ACCESS_DENIED)/.test(
      code,
    )
  )
    return 'it asks for a client certificate, or refuses ours; set BOND_CLIENT_CERT_FILE and BOND_CLIENT_KEY_FILE';
  if (/^(ERR_SSL_|EPROTO)/.test(code))
    return 'it does not speak TLS as we do; check --api-url (does that port speak https?)';
  return undefined;
}

function codeOf(error: unknown): string {
  const one = firstOf(error);
  return one instanceof Error && 'code' in one ? String(one.code) : '';
}

/** Several addresses of a host make several failures of one attempt; undici wraps what a proxy's TLS met. */
function firstOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return firstOf(error.errors[0]);
  if (error instanceof Error && error.name === 'SecureProxyConnectionError' && error.cause !== undefined)
    return firstOf(error.cause);
  return error;
}
