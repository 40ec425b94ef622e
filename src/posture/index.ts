export { composeChecks, postureChecks } from './catalogue.ts'
