export { composeChecks, postureChecks, secretMarkers } from './catalogue.ts'
export { createScan, type ScanInput, type ScanResult } from './scan.ts'
