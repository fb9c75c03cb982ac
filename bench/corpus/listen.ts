import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free port of a loopback address and gives the origin, `http://127.0.0.2:40123`. */
export async function listen(server: Server, host: string): Promise<string> {
  server.listen(0, host)
  await once(server, 'listening')
  const { address, port } = server.address() as AddressInfo
  return `http://${address}:${port}`
}

/** Closes a server and cuts whatever is still connected. */
export async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
