import type { Command } from 'commander'
import type { Language } from '../../messages/index.ts'
import { listenerText as text } from './text.ts'

/** Gives a command the options of a listener for audit events. */
export function addListenerOptions(command: Command, language: Language): Command {
  return command
    .option('-l, --listen <address>', text.listen[language])
    .option('--path <path>', text.path[language], '/k8s-audit')
    .option('--tls-cert <file>', text.tlsCert[language])
    .option('--tls-key <file>', text.tlsKey[language])
    .option('--client-ca <file>', text.clientCa[language])
    .option('--token-file <file>', text.tokenFile[language])
}
