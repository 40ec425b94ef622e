export { createWebhookAuthorizer, type WebhookOptions } from './authorizer.ts'
export { webhookMessages } from './messages.ts'
export type { WebhookObserver } from './observer.ts'
