import {
  choosePlugins,
  type PluginName,
  pluginMessages,
  type ReviewAddress,
  WEBHOOK_PLUGINS,
} from '../../api-access/admission/index.ts'
import { addressIn, EVERY_HOST } from '../address.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { admissionMessages } from './messages.ts'

const { make } = admissionMessages

/** As commander gives them. */
export interface AdmissionOptions {
  readonly listen: string
  readonly enableAdmissionPlugins?: readonly string[]
  readonly disableAdmissionPlugins?: readonly string[]
  readonly admissionConfig?: string
  readonly install?: boolean
  readonly uninstall?: boolean
  readonly url?: string
  readonly service: string
  readonly namespace: string
  readonly failurePolicy: string
  readonly timeout: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsCa?: string
  readonly clientCa?: string
  readonly shutdownDelay: string
  readonly kubeconfig?: string
  readonly context?: string
  readonly quiet?: boolean
}

/** What the options come to. */
export interface AdmissionSettings {
  readonly host: string
  readonly port: number
  readonly names: readonly PluginName[]
  readonly address: ReviewAddress
  /** By which certificates are checked. */
  readonly serverNames: readonly string[]
  readonly excludedNamespaces: readonly string[]
  readonly failurePolicy: 'Fail' | 'Ignore'
  readonly timeoutSeconds: number
  readonly shutdownDelayMilliseconds: number
}

/** @throws UsageError */
export function settingsOf(options: AdmissionOptions): AdmissionSettings {
  if (options.install === true && options.uninstall === true)
    throw usage('ERR_OPTION_VALUE', make['install-and-uninstall']({}))
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined))
    throw new UsageError(
      'ERR_TLS',
      cliMessages.make['option-needs']({ option: '--tls-cert', other: '--tls-key' }),
      cliMessages,
    )
  const listen = addressIn(options.listen)
  if (listen === undefined) throw usage('ERR_ADDRESS', make['bad-address']({ address: options.listen }))
  const address = addressOf(options)
  return {
    host: listen.host || EVERY_HOST,
    port: listen.port,
    names: namesOf(options),
    address,
    serverNames: serverNamesOf(address),
    excludedNamespaces: [...new Set(['kube-system', options.namespace])],
    failurePolicy: choiceOf('--failure-policy', options.failurePolicy, ['Fail', 'Ignore']),
    timeoutSeconds: numberOf('--timeout', options.timeout, 1, 30),
    shutdownDelayMilliseconds: numberOf('--shutdown-delay', options.shutdownDelay, 0, 600) * 1000,
  }
}

function namesOf({ enableAdmissionPlugins = [], disableAdmissionPlugins = [] }: AdmissionOptions) {
  const chosen = choosePlugins({
    enable: enableAdmissionPlugins,
    disable: disableAdmissionPlugins,
    // The others are in every API server already; PodSecurity only since 1.23.
    defaults: ['PodSecurity'],
  })
  if ('problem' in chosen) throw new UsageError('ERR_ADMISSION_PLUGIN', chosen.problem, pluginMessages)
  const name = chosen.names.find((each) => !WEBHOOK_PLUGINS.includes(each))
  if (name !== undefined)
    throw usage('ERR_ADMISSION_PLUGIN', make['not-as-webhook']({ name, known: WEBHOOK_PLUGINS }))
  if (chosen.names.length === 0) throw usage('ERR_ADMISSION_PLUGIN', make['no-stage']({}))
  return chosen.names
}

function addressOf({ url, service, namespace }: AdmissionOptions): ReviewAddress {
  if (url !== undefined) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
      throw usage('ERR_ADDRESS', make['bad-url']({ url }))
    return { url }
  }
  const [name = '', port = '443'] = service.split(':')
  return { service: { namespace, name, port: numberOf('--service', port, 1, 65_535) } }
}

function serverNamesOf(address: ReviewAddress): readonly string[] {
  if ('url' in address) return [new URL(address.url).hostname.replace(/^\[|\]$/g, '')]
  const { name, namespace } = address.service
  return [`${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`]
}

function numberOf(option: string, value: string, from: number, to: number): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  if (number >= from && number <= to) return number
  throw usage('ERR_OPTION_VALUE', make['bad-number']({ option, value, from, to }))
}

function usage(code: string, message: UsageError['detail']): UsageError {
  return new UsageError(code, message, admissionMessages)
}
