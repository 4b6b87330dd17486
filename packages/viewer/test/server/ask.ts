import { request, type IncomingHttpHeaders } from 'node:http'

/** An answer of a server. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** Ask a server for exactly this path, with exactly these headers: nothing is tidied up on the way, as a browser does. */
export function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', body } = options
  const length: Record<string, string> = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }
  const headers = { ...length, ...options.headers }
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers, setHost: headers['host'] === undefined },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Exchange the token of a link for a cookie. */
export async function openSession(port: number, url: string): Promise<string> {
  const token = new URL(url).hash.split('token=')[1] ?? ''
  const answer = await ask(port, '/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}
