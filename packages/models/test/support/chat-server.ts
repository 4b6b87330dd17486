import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readAll } from 'node:stream/consumers'

/** One request that came. */
export interface ChatRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: ChatBody
}

/** As much of a chat completion's request as tests look at. */
export interface ChatBody {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string | readonly ChatPart[] }[]
  readonly max_tokens?: number
  readonly temperature?: number
  readonly seed?: number
  readonly response_format?: {
    readonly type: string
    readonly json_schema: { readonly name: string; readonly schema: object }
  }
}

type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } }

/** A server on the loopback address. */
export interface ChatServer extends AsyncDisposable {
  /** of its root, without a slash */
  readonly origin: string
  readonly requests: readonly ChatRequest[]
}

/** Start a server that answers every POST by a function; what that throws is told as a status 500. */
export async function openChatServer(
  answer: (request: ChatRequest, response: ServerResponse) => unknown,
): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  const server = createServer((incoming, response) => {
    void (async () => {
      const body = JSON.parse(await readAll(incoming)) as ChatBody
      const request = { path: incoming.url ?? '', headers: incoming.headers, body }
      requests.push(request)
      await answer(request, response)
    })().catch((cause: unknown) => send(response, { error: { message: String(cause) } }, 500))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: () => close(server) }
}

/** Answer with JSON. */
export function send(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** A chat completion as OpenAI's API gives it. */
export function completion(content: string | null, more: object = {}, reason = 'stop'): object {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: reason }]
  return { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'served-model', choices, ...more }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
