import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { ContrailError } from '@contrail/core'

/**
 * Let a server listen.
 *
 * @param port 0 for any that is free
 * @returns the port
 * @throws {ContrailError} PORT_UNAVAILABLE, naming the next port that is free
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    return await listenAt(server, host, port)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    const free = code === 'EADDRINUSE' ? await nextFree(host, port) : undefined
    const why =
      code === 'EADDRINUSE' ? `port ${port} of ${host} is in use` : `cannot listen at ${host}:${port} (${code})`
    const advice = free === undefined ? 'name another one' : `port ${free} is free: --port ${free}`
    throw new ContrailError('PORT_UNAVAILABLE', `${why}; ${advice}`, {
      cause,
      details: { host, port, ...(free === undefined ? {} : { nextFreePort: free }) },
    })
  }
}

async function listenAt(server: Server, host: string, port: number): Promise<number> {
  await once(server.listen({ host, port }), 'listening')
  return (server.address() as AddressInfo).port
}

async function nextFree(host: string, port: number): Promise<number | undefined> {
  for (let next = port + 1; next < Math.min(port + 50, 65_536); next += 1) {
    const probe = createServer()
    const free = await listenAt(probe, host, next).catch(() => undefined)
    await new Promise((resolve) => probe.close(resolve))
    if (free !== undefined) return free
  }
  return undefined
}
