import 'reflect-metadata'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import type { RequestAttributes } from '../../../request/index.ts'
import { createAdmissionChain } from '../../chain/admit.ts'
import { podOf, requestFor, surroundingsOf } from '../../request.fixture.ts'
import { NODE_USER, node, refusalOf, update } from './node-restriction.fixture.ts'
import { nodeRestriction } from './node-restriction.ts'

describe('certificates of nodes', () => {
  const SERVING = 'kubernetes.io/kubelet-serving'
  async function request(name: string, signerName = SERVING): Promise<KubernetesObject> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const made = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })
    return ofText(made.toString('pem'), signerName)
  }
  const ofText = (text: string, signerName = SERVING): KubernetesObject => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'c' },
    spec: { signerName, request: Buffer.from(text).toString('base64') },
  })
  const refused = (cause: string) =>
    `certificatesigningrequests.certificates.k8s.io "c" is forbidden: ${cause}`
  const another = refused('can only create a node CSR with CN=system:node:n1')
  test.each([
    ['its own name', request('O=system:nodes, CN=system:node:n1'), undefined],
    ['the name of another node', request('O=system:nodes, CN=system:node:n2'), another],
    ['no name', request('O=system:nodes'), another],
    ['another signer', request('CN=jane', 'example.com/signer'), undefined],
    ['no request', ofText('x'), refused('unable to parse csr: PEM block type must be CERTIFICATE REQUEST')],
  ])('%s', async (_, object, message) => {
    expect(await refusalOf(await object)).toBe(message)
  })
})

describe('certificates of pods', () => {
  const spec = {
    podName: 'web',
    podUID: 'pod-uid',
    serviceAccountName: 'robot',
    serviceAccountUID: 'robot-uid',
    nodeName: 'n1',
    nodeUID: 'node-uid',
    signerName: 'example.com/mesh',
  }
  const request = (changes: object = {}): KubernetesObject => ({
    apiVersion: 'certificates.k8s.io/v1beta1',
    kind: 'PodCertificateRequest',
    metadata: { name: 'r', namespace: 'shop' },
    spec: { ...spec, ...changes },
  })
  const account: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'robot', namespace: 'shop', uid: 'robot-uid' },
  }
  const running = (changes: object = {}, metadata: object = {}) =>
    podOf(
      {
        nodeName: 'n1',
        serviceAccountName: 'robot',
        volumes: [
          { name: 'c', projected: { sources: [{ podCertificate: { signerName: 'example.com/mesh' } }] } },
        ],
        ...changes,
      },
      { uid: 'pod-uid', ...metadata },
    )
  const refused = (cause: string) => [
    403,
    `podcertificaterequests.certificates.k8s.io "r" is forbidden: ${cause}`,
  ]
  const again = (message: string) => [500, message]
  const about = 'PodCertificateRequest for pod "shop/web"'

  test.each([
    ['of a pod of its own', {}, running(), undefined],
    [
      'of another node',
      { nodeName: 'n2' },
      running(),
      refused('PodCertificateRequest.Spec.NodeName="n2", which is not the requesting node "n1"'),
    ],
    [
      'of an earlier node',
      { nodeUID: 'old' },
      running(),
      again(`${about} names node UID "old", inconsistent with the running node ("node-uid")`),
    ],
    [
      'of a pod that is not there',
      { podName: 'db' },
      running(),
      again('while retrieving pod "shop/db" named in the PodCertificateRequest: pod "db" not found'),
    ],
    [
      'of an earlier pod',
      { podUID: 'old' },
      running(),
      again(`${about} contains pod UID ("old") which differs from running pod "pod-uid"`),
    ],
    [
      'of a pod elsewhere',
      {},
      running({ nodeName: 'n2' }),
      refused('pod "shop/web" is not running on node "n1" named in the PodCertificateRequest'),
    ],
    [
      'of a mirror pod',
      {},
      running({}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      refused('pod "shop/web" is a mirror pod'),
    ],
    [
      'of another account',
      { serviceAccountName: 'root' },
      running(),
      refused(`${about} contains serviceAccountName ("root") that differs from running pod ("robot")`),
    ],
    [
      'of an account that is not there',
      { serviceAccountName: 'root' },
      running({ serviceAccountName: 'root' }),
      again(
        'while retrieving service account "shop/root" named in the PodCertificateRequest: serviceaccount "root" not found',
      ),
    ],
    [
      'of an earlier account',
      { serviceAccountUID: 'old' },
      running(),
      again(
        `${about} names service account UID "old", which differs from the running service account ("robot-uid")`,
      ),
    ],
  ])('%s', async (_, changes, pod, expected) => {
    const asked = requestFor(request(changes), { user: NODE_USER })
    const { refusal } = await createAdmissionChain([nodeRestriction]).admit(
      asked,
      surroundingsOf([node(), pod, account]),
    )
    expect(refusal && [refusal.code, refusal.message]).toEqual(expected)
  })

  test.each([
    ['that the pod does not mount', running({ volumes: [] })],
    ['of which the pod mounts another', running({ volumes: [{ name: 'v', projected: { sources: [{}] } }] })],
  ])('of a signer %s: what RBAC says', async (_, pod) => {
    const asked: RequestAttributes[] = []
    const refusalWhere = async (verdict: 'allow' | 'no-opinion') => {
      const authorize = async (attributes: RequestAttributes) => {
        asked.push(attributes)
        return { verdict, reason: { id: 'test.said', data: {} } }
      }
      const { refusal } = await createAdmissionChain([nodeRestriction]).admit(
        requestFor(request(), { user: NODE_USER }),
        surroundingsOf([node(), pod, account], { authorize }),
      )
      return refusal?.message
    }
    expect(await refusalWhere('allow')).toBe(undefined)
    expect(await refusalWhere('no-opinion')).toBe(
      refused(
        'signer "example.com/mesh" not found in pod spec volume, system:node:n1 is not authorized to request certificates from this signer',
      )[1],
    )
    expect(asked[0]).toMatchObject({
      user: NODE_USER,
      verb: 'request-serviceaccounts-podcertificate-signer',
      apiGroup: 'certificates.k8s.io',
      resource: 'example.com:mesh',
      namespace: 'shop',
      name: 'robot',
    })
  })

  test.each([
    ['another operation', update(request()), 'unexpected operation UPDATE'],
    ['a subresource', { subresource: 'status' }, 'unexpected subresource status'],
  ])('%s', async (_, more, cause) => {
    expect(await refusalOf(request(), more, [node(), running(), account])).toBe(refused(cause)[1])
  })
})
