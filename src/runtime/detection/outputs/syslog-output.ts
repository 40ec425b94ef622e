import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, isIPv6, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Alert } from '../alert.ts'
import { alertLine, type LineFormat } from './alert-line.ts'
import type { Transport } from './output.ts'
import { createProgramTransport } from './program-output.ts'
import { priorityValue, syslogMessage } from './syslog-message.ts'

/** Where a syslog daemon listens. */
export type SyslogTarget =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'udp' | 'tcp' | 'tls'; readonly host: string; readonly port: number }

/** Ports of RFC 5426, 3.3; of common practice (RFC 6587 names none); of RFC 5425, 4.1. */
const PORTS = { udp: 514, tcp: 514, tls: 6514 } as const

/**
 * Reads `/dev/log`, `udp://host:port`, `tcp://host:port` or `tls://host:port`.
 *
 * @returns undefined for anything else
 */
export function parseSyslogTarget(text: string): SyslogTarget | undefined {
  if (text.startsWith('/')) return { kind: 'unix', path: text }
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port } = new URL(text)
  const kind = protocol.slice(0, -1)
  if ((kind !== 'udp' && kind !== 'tcp' && kind !== 'tls') || hostname === '') return undefined
  return { kind, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? PORTS[kind] : Number(port) }
}

/** Sends alerts to a syslog daemon. */
export function createSyslogTransport(target: SyslogTarget, format: LineFormat): Transport {
  if (target.kind === 'udp') return udpTransport(target.host, target.port, format)
  if (target.kind === 'unix') return unixTransport(target.path, format)
  const { kind, host, port } = target
  const open = () => (kind === 'tls' ? connectTls({ host, port, servername: host }) : connect({ host, port }))
  // RFC 5425, 4.3 and RFC 6587, 3.4.1: "octet counting".
  return streamTransport(open, (alert) => {
    const message = syslogMessage(alert, format)
    return Buffer.concat([Buffer.from(`${message.length} `), message])
  })
}

function udpTransport(host: string, port: number, format: LineFormat): Transport {
  let socket: DatagramSocket | undefined
  return {
    batch: 64,
    async deliver(alerts) {
      socket ??= createSocket(isIPv6(host) ? 'udp6' : 'udp4').unref()
      for (const alert of alerts) await sent(socket, syslogMessage(alert, format), host, port)
    },
    async close() {
      socket?.close()
      socket = undefined
    },
  }
}

function sent(socket: DatagramSocket, message: Buffer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, port, host, (error) => (error ? reject(error) : resolve()))
  })
}

/**
 * The daemon's socket is one of datagrams mostly, which Node.js cannot send over Unix sockets: `logger` of util-linux
 * does it. Where it is one of streams, it is written to directly.
 */
function unixTransport(path: string, format: LineFormat): Transport {
  const stream = streamTransport(
    () => connect({ path }),
    (alert) => Buffer.concat([syslogMessage(alert, format), Buffer.from('\n')]),
  )
  let chosen: Transport | undefined
  return {
    batch: 64,
    async deliver(alerts) {
      if (chosen !== undefined) return chosen.deliver(alerts)
      try {
        await stream.deliver(alerts)
        chosen = stream
        return
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EPROTOTYPE')) throw error
      }
      chosen = loggerTransport(path, format)
      return chosen.deliver(alerts)
    },
    close: async () => chosen?.close(),
  }
}

/** `logger --prio-prefix` takes each line's priority from its beginning. */
function loggerTransport(path: string, format: LineFormat): Transport {
  const options = '--udp --rfc5424 --prio-prefix --tag haetae --id --msgid alert --size 8KiB'
  const program = createProgramTransport(`exec logger ${options} --socket ${quoted(path)}`, 'text')
  return {
    ...program,
    deliver: (alerts) =>
      program.deliver(
        alerts.map((alert) => ({ ...alert, output: `<${priorityValue(alert)}>${alertLine(alert, format)}` })),
      ),
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function streamTransport(open: () => Socket, frame: (alert: Alert) => Buffer): Transport {
  let socket: Socket | undefined
  return {
    batch: 64,
    async deliver(alerts) {
      const connected = await current()
      await written(connected, Buffer.concat(alerts.map(frame)))
    },
    async close() {
      const last = socket
      socket = undefined
      if (last === undefined || last.destroyed) return
      last.end()
      await once(last, 'close')
    },
  }

  async function current(): Promise<Socket> {
    if (socket?.writable) return socket
    socket?.destroy()
    const next = open()
    // A daemon never answers; reading is how the end of the connection is noticed.
    next
      .on('error', () => {})
      .on('end', () => next.destroy())
      .resume()
    await once(next, 'encrypted' in next ? 'secureConnect' : 'connect')
    socket = next
    return next
  }
}

function written(socket: Socket, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(data, (error) => (error ? reject(error) : resolve()))
  })
}
