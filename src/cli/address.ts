/**
 * Reads the address to listen on of an option, e.g. `127.0.0.1:8443`, `[::1]:8443`, `:8443`.
 *
 * @returns the host without brackets, empty where none is named; undefined for what is no address
 */
export function addressIn(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain = '', digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  return digits === undefined || port > 65_535 ? undefined : { host: bracketed ?? plain, port }
}

/** Where no host is named. */
export const EVERY_HOST = '0.0.0.0'
