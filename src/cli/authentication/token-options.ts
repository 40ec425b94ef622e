import type { Command } from 'commander'
import type { Language, Localized } from '../../messages/index.ts'
import { collectNames } from '../repeatable.ts'

/** The options of `addTokenOptions`, as commander gives them. */
export interface TokenOptions {
  readonly tokenAuthFile?: string
  readonly authenticationConfig?: string
  readonly authenticationTokenWebhookConfigFile?: string
  readonly serviceAccountIssuer?: readonly string[]
  readonly serviceAccountKeyFile?: readonly string[]
  readonly apiAudiences?: readonly string[]
  readonly enableBootstrapTokenAuth?: boolean
}

const text = {
  tokenAuthFile: { en: 'file of static tokens (CSV)', ko: '정적 토큰 파일(CSV)' },
  authenticationConfig: {
    en: 'AuthenticationConfiguration: identity providers whose tokens count',
    ko: 'AuthenticationConfiguration 파일: 토큰을 받을 ID 공급자',
  },
  webhook: {
    en: 'kubeconfig of a webhook that knows tokens',
    ko: '토큰을 확인하는 웹훅의 kubeconfig',
  },
  serviceAccountIssuer: {
    en: "issuer of the cluster's service account tokens, which are then judged here (repeatable)",
    ko: '서비스 어카운트 토큰의 발급자. 토큰을 여기에서 직접 판단합니다 (여러 번 가능)',
  },
  serviceAccountKeyFile: {
    en: 'their public keys (repeatable; default: those that the cluster publishes)',
    ko: '그 토큰의 공개 키 (여러 번 가능, 기본값: 클러스터가 공개하는 키)',
  },
  apiAudiences: {
    en: 'audiences that tokens must be for, separated by commas (default: the issuers)',
    ko: '토큰의 대상(audience), 쉼표로 구분 (기본값: 발급자)',
  },
  enableBootstrapTokenAuth: {
    en: 'take bootstrap tokens, by the Secrets of kube-system',
    ko: 'kube-system의 시크릿에 따라 부트스트랩 토큰을 받습니다',
  },
} satisfies Record<string, Localized>

/** Gives a command the API server's own options about bearer tokens. */
export function addTokenOptions(command: Command, language: Language): Command {
  return command
    .option('--token-auth-file <file>', text.tokenAuthFile[language])
    .option('--authentication-config <file>', text.authenticationConfig[language])
    .option('--authentication-token-webhook-config-file <file>', text.webhook[language])
    .option('--service-account-issuer <url>', text.serviceAccountIssuer[language], collectNames)
    .option('--service-account-key-file <file>', text.serviceAccountKeyFile[language], collectNames)
    .option('--api-audiences <names>', text.apiAudiences[language], collectNames)
    .option('--enable-bootstrap-token-auth', text.enableBootstrapTokenAuth[language])
}
