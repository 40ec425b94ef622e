import type { Command } from 'commander'
import type { Language, Localized } from '../../messages/index.ts'
import { collectNames } from '../repeatable.ts'

const text = {
  mode: {
    en: 'authorizers in order: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny',
    ko: '순서대로 물을 인가 모듈: Node, RBAC, ABAC, Webhook, AlwaysAllow, AlwaysDeny',
  },
  config: {
    en: 'an AuthorizationConfiguration file (apiserver.config.k8s.io) instead of --authorization-mode',
    ko: '--authorization-mode 대신 쓰는 AuthorizationConfiguration 파일(apiserver.config.k8s.io)',
  },
  policyFile: { en: 'policies of ABAC, one a line', ko: '한 줄에 하나씩 쓴 ABAC 정책 파일' },
  webhookFile: {
    en: 'kubeconfig of the authorization webhook to ask',
    ko: '물어볼 인가 웹훅의 kubeconfig',
  },
} satisfies Record<string, Localized>

/** Gives a command the API server's own options that choose authorizers. */
export function addAuthorizationOptions(command: Command, language: Language): Command {
  return command
    .option('--authorization-mode <modes>', text.mode[language], collectNames)
    .option('--authorization-config <file>', text.config[language])
    .option('--authorization-policy-file <file>', text.policyFile[language])
    .option('--authorization-webhook-config-file <file>', text.webhookFile[language])
}
