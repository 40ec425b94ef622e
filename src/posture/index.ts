export { composeChecks, postureChecks, secretMarkers } from './catalogue.ts'
export { createScan, resourceOf, type ScanInput, type ScanResult } from './scan.ts'
