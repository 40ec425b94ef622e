/** An object to be made in a namespace. */
interface Made {
  readonly resource: string
  readonly body: object
}

const annotation = (name: string, value: unknown) => ({
  [`scheduler.alpha.kubernetes.io/${name}`]: typeof value === 'string' ? value : JSON.stringify(value),
})

const limits = (...entries: object[]): Made => ({
  resource: 'limitranges',
  body: { metadata: { name: 'limits' }, spec: { limits: entries } },
})

const quota = (hard: object, more: object = {}): Made => ({
  resource: 'resourcequotas',
  body: { metadata: { name: 'quota' }, spec: { hard, ...more } },
})

const GOLD = 'gold.storageclass.storage.k8s.io'

/** Namespaces, each with what one of the stages looks at. */
export const NAMESPACES: Readonly<
  Record<
    string,
    { readonly annotations: Readonly<Record<string, string>>; readonly objects: readonly Made[] }
  >
> = {
  plain: { annotations: {}, objects: [] },
  counted: {
    annotations: {},
    objects: [
      quota({
        'services.nodeports': '1',
        'services.loadbalancers': '0',
        persistentvolumeclaims: '1',
        'requests.storage': '2Gi',
        [`${GOLD}/persistentvolumeclaims`]: '0',
        [`${GOLD}/requests.storage`]: '1Mi',
        'count/deployments.apps': '0',
        'count/jobs.batch': '0',
        replicationcontrollers: '0',
      }),
    ],
  },
  defaults: {
    annotations: {},
    objects: [
      limits({
        type: 'Container',
        default: { cpu: '500m', memory: '256Mi' },
        defaultRequest: { cpu: '0.1', memory: '0.125Gi' },
      }),
    ],
  },
  bounds: {
    annotations: {},
    objects: [
      limits(
        { type: 'Container', min: { cpu: '100m' }, max: { cpu: '2', memory: '1Gi' } },
        { type: 'Pod', max: { cpu: '3' }, maxLimitRequestRatio: { memory: '2' } },
      ),
    ],
  },
  'quota-compute': {
    annotations: {},
    objects: [quota({ pods: '3', 'requests.cpu': '1500m', 'limits.memory': '1Gi' })],
  },
  'quota-none': { annotations: {}, objects: [quota({ pods: '0' })] },
  'quota-best-effort': { annotations: {}, objects: [quota({ pods: '0' }, { scopes: ['BestEffort'] })] },
  'quota-terminating': {
    annotations: {},
    objects: [quota({ 'count/pods': '0' }, { scopes: ['Terminating'] })],
  },
  selector: { annotations: annotation('node-selector', 'disk=ssd,zone=a'), objects: [] },
  tolerations: {
    annotations: {
      ...annotation('defaultTolerations', [
        { key: 'team', operator: 'Equal', value: 'a', effect: 'NoSchedule' },
      ]),
    },
    objects: [],
  },
  'tolerations-allowed': {
    annotations: annotation('tolerationsWhitelist', [
      { key: 'team', operator: 'Exists' },
      {
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
      {
        key: 'node.kubernetes.io/unreachable',
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      },
    ]),
    objects: [],
  },
}

const container = (name: string, requests?: object, limited?: object, more: object = {}) => ({
  name,
  image: 'web:1',
  ...((requests !== undefined || limited !== undefined) && { resources: { requests, limits: limited } }),
  ...more,
})

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Specs of valid pods that differ in what the stages look at. */
export const PODS: Readonly<Record<string, object>> = {
  'nothing stated': { containers: [container('a')] },
  'requests alone': { containers: [container('a', { cpu: '200m', memory: '64Mi' })] },
  'limits alone': { containers: [container('a', undefined, { cpu: '1', memory: '512Mi' })] },
  'both, in other units': {
    containers: [container('a', { cpu: '0.25', memory: '64e6' }, { cpu: '1000m', memory: '0.5Gi' })],
  },
  'too much': { containers: [container('a', { cpu: '3', memory: '2Gi' }, { cpu: '4', memory: '4Gi' })] },
  'too little': {
    containers: [container('a', { cpu: '50m', memory: '1Mi' }, { cpu: '60m', memory: '1Gi' })],
  },
  'two containers': {
    containers: [container('a', { cpu: '1' }, { cpu: '2' }), container('b', { cpu: '1' }, { cpu: '2' })],
  },
  'one states, one does not': { containers: [container('a', { cpu: '1' }, { cpu: '1' }), container('b')] },
  'an init container': {
    initContainers: [container('i', { cpu: '2', memory: '1Gi' }, { cpu: '2', memory: '1Gi' })],
    containers: [container('a', { cpu: '100m', memory: '64Mi' }, { cpu: '200m', memory: '64Mi' })],
  },
  'a policy of its own': { containers: [container('a', undefined, undefined, { imagePullPolicy: 'Never' })] },
  'a deadline': { activeDeadlineSeconds: 30, containers: [container('a')] },
  'a selector that agrees': { nodeSelector: { disk: 'ssd', gpu: 'yes' }, containers: [container('a')] },
  'a selector that does not': { nodeSelector: { disk: 'hdd' }, containers: [container('a')] },
  'tolerations of its own': {
    tolerations: [
      { key: 'team', operator: 'Exists' },
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 },
    ],
    containers: [container('a', { cpu: '100m' }, { cpu: '100m', memory: '64Mi' })],
  },
  'a toleration of everything': { tolerations: [{ operator: 'Exists' }], containers: [container('a')] },
  'the tokenless account': { serviceAccountName: 'tokenless', containers: [container('a')] },
  'the token asked for': {
    serviceAccountName: 'default',
    automountServiceAccountToken: true,
    containers: [container('a'), container('b')],
  },
  'no token': { automountServiceAccountToken: false, containers: [container('a')] },
  'something at its place': {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      container('a', undefined, undefined, { volumeMounts: [{ name: 'v', mountPath: TOKEN_PATH }] }),
    ],
  },
  'an account that does not exist': { serviceAccountName: 'nobody', containers: [container('a')] },
  'pull secrets of its own': { imagePullSecrets: [{ name: 'mine' }], containers: [container('a')] },
}

const claim = (storage: string, storageClassName?: string) => ({
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage } },
  ...(storageClassName !== undefined && { storageClassName }),
})
const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i' }] },
}
const port = (number: number) => ({ name: `p${number}`, port: number })

/** Objects other than pods, to be made in the namespace whose quota counts them. */
export const COUNTED: Readonly<
  Record<
    string,
    { readonly group?: string; readonly kind: string; readonly resource: string; readonly spec: object }
  >
> = {
  'a service': { kind: 'Service', resource: 'services', spec: { ports: [port(1)] } },
  'a port of the node': {
    kind: 'Service',
    resource: 'services',
    spec: { type: 'NodePort', ports: [port(1)] },
  },
  'two ports of the node': {
    kind: 'Service',
    resource: 'services',
    spec: { type: 'NodePort', ports: [port(1), port(2)] },
  },
  'a load balancer': {
    kind: 'Service',
    resource: 'services',
    spec: { type: 'LoadBalancer', ports: [port(1)] },
  },
  'a claim': { kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims', spec: claim('1Gi') },
  'a claim that is too large': {
    kind: 'PersistentVolumeClaim',
    resource: 'persistentvolumeclaims',
    spec: claim('2.5Gi'),
  },
  'a claim of the class': {
    kind: 'PersistentVolumeClaim',
    resource: 'persistentvolumeclaims',
    spec: claim('1Gi', 'gold'),
  },
  'a claim of another class': {
    kind: 'PersistentVolumeClaim',
    resource: 'persistentvolumeclaims',
    spec: claim('1Gi', 'silver'),
  },
  'a deployment': {
    group: 'apps',
    kind: 'Deployment',
    resource: 'deployments',
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  },
  'a job': {
    group: 'batch',
    kind: 'Job',
    resource: 'jobs',
    spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
  },
  'a replication controller': {
    kind: 'ReplicationController',
    resource: 'replicationcontrollers',
    spec: { selector: { app: 'a' }, template },
  },
}
