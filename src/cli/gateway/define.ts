import { addTokenOptions } from '../authentication/token-options.ts'
import { addAuthorizationOptions } from '../authorization/define.ts'
import type { Registration } from '../program.ts'
import { collectNames } from '../repeatable.ts'
import { optionText } from '../text.ts'
import { gatewayText as text } from './text.ts'

/** `haetae gateway`. */
export function defineGateway({ program, language, finish }: Registration): void {
  const command = program
    .command('gateway')
    .description(text.gateway[language])
    .option('--upstream <kubeconfig>', text.upstream[language])
    .option('--context <name>', optionText.context[language])
    .option('-l, --listen <address>', text.listen[language], '127.0.0.1:8443')
    .option('--state <folder>', text.state[language])
    .option('--tls-cert-file <file>', text.tlsCertFile[language])
    .option('--tls-private-key-file <file>', text.tlsPrivateKeyFile[language])
    .option('--tls-san <names>', text.tlsSan[language], collectNames)
    .option('--client-ca-file <file>', text.clientCaFile[language])
    .option('--users <file>', text.users[language])
  addTokenOptions(command, language)
    .option('--anonymous-auth', text.anonymousAuth[language])
    .option('--no-cluster-tokens', text.clusterTokens[language])
    .option('--requestheader-client-ca-file <file>', text.requestheaderClientCaFile[language])
    .option('--requestheader-allowed-names <names>', text.requestheaderAllowedNames[language], collectNames)
  addAuthorizationOptions(command, language)
    .option('--enable-admission-plugins <names>', text.enableAdmissionPlugins[language], collectNames)
    .option('--admission-config <file>', text.admissionConfig[language])
    .option('--audit-policy-file <file>', text.auditPolicyFile[language])
    .option('--audit-log-path <file>', text.auditLogPath[language])
    .option('--audit-log-maxsize <megabytes>', text.auditLogMaxsize[language])
    .option('--audit-log-maxage <days>', text.auditLogMaxage[language])
    .option('--audit-log-maxbackup <count>', text.auditLogMaxbackup[language])
    .option('--audit-log-compress', text.auditLogCompress[language])
    .option('--audit-webhook-config-file <file>', text.auditWebhookConfigFile[language])
    .option('--audit-store <file>', text.auditStore[language])
    .option('--max-requests-inflight <count>', text.maxRequestsInflight[language], '400')
    .option('--max-mutating-requests-inflight <count>', text.maxMutatingRequestsInflight[language], '200')
    .option('--max-long-running <count>', text.maxLongRunning[language], '10000')
    .option('--max-connections <count>', text.maxConnections[language], '20000')
    .option('--max-connections-per-address <count>', text.maxConnectionsPerAddress[language])
    .option('--request-timeout <seconds>', text.requestTimeout[language], '65')
    .option('--shutdown-delay <seconds>', text.shutdownDelay[language], '0')
    .option('--shutdown-timeout <seconds>', text.shutdownTimeout[language], '30')
    .option('-q, --quiet', optionText.quiet[language])
    .option('--lang <language>', optionText.lang[language])
    .action(async (options) => {
      const { gateway } = await import('./command.ts')
      finish(await gateway(options, language))
    })
}
