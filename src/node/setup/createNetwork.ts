import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseGenesis } from '../../chain/index.ts'
import type { SafetyRecord, SignatureScheme } from '../../consensus/index.ts'
import { createBlstScheme, genesisRecord, provePossession } from '../../consensus/index.ts'
import type { PeerId } from '../../network/index.ts'
import { createNodeKey, nodePublicKeyOf, peerIdOf } from '../../network/index.ts'
import type { Address, Bytes } from '../../primitives/index.ts'
import { BaseError, messageOf } from '../../primitives/index.ts'
import { createSafetyStore } from '../validator/safety/safetyStore.ts'
import { createConsensusKey, writeKeys } from './keys.ts'
import type { ConsensusParameters, NewMember } from './networkGenesis.ts'
import { networkSection, parseNetworkGenesis, validatorId } from './networkGenesis.ts'
import type { NodePorts } from './nodeConfig.ts'
import { nodeConfigFile } from './nodeConfig.ts'
import { contactText } from './peerAddress.ts'
import { VALIDATORS_ADDRESS, validatorsAccount } from './validatorsContract.ts'

/** What a network is made of. All validators get equal stakes and listen on this machine; the files may be edited. */
export type NewNetwork = {
  /** Must not exist, or be empty. */
  readonly folder: string
  /** The first block, in geth's format. */
  readonly gethGenesis: object
  readonly parameters: ConsensusParameters
  /** Who says who validates in later epochs, by the register in the first block's state; undefined: nobody, ever. */
  readonly registerOwner: Address | undefined
  /** Who gets the fees of all validators' blocks, as each config says; `own`: each one's id; undefined: no word of it. */
  readonly feeRecipient: Address | 'own' | undefined
  /** One validator for each. */
  readonly ports: readonly NodePorts[]
}

/** A validator of a network that was just made. */
export type NewNode = {
  readonly name: string
  readonly validatorId: Address
  readonly peerId: PeerId
  /** How peers find it: `<peer id>@<host>:<port>`. */
  readonly p2pAddress: string
  readonly ports: NodePorts
  readonly configPath: string
}

/** Where the files are. */
export type CreatedNetwork = { readonly genesisPath: string; readonly nodes: readonly NewNode[] }

type Draft = {
  readonly node: NewNode
  readonly nodeKey: Bytes
  readonly consensusKey: Bytes
  /** Of the consensus key. */
  readonly publicKey: Bytes
}

/** Where the nodes of a new network listen. */
const HOST = '127.0.0.1'
/** Units of stake of each validator: enough to take parts away. */
const STAKE = 100n
/** Who may look into the folder of a node. */
const OWNER_ONLY = 0o700

/**
 * Makes the files of a network: one genesis, and for each validator a config and a folder with keys that only the owner can
 * read and with the record of what it signed. All or nothing. Throws `NETWORK_EXISTS` when there is something in the folder.
 *
 *   folder/genesis.json   folder/node0.json   folder/node0/{keys.json, safety/, data/}
 */
export async function createNetwork(network: NewNetwork): Promise<CreatedNetwork> {
  const scheme = createBlstScheme()
  const folder = resolve(network.folder)
  const drafts = network.ports.map((ports, index) => draftOf(folder, `node${index}`, ports, scheme))
  const members = drafts.map(({ node, consensusKey }) => ({
    consensusKey,
    stake: STAKE,
    peerId: node.peerId,
    addresses: [`${HOST}:${node.ports.p2p}`],
  }))
  const gethGenesis = withRegister(network, members, scheme)
  const file = { ...gethGenesis, evmpp: networkSection(gethGenesis, network.parameters, members, scheme) }
  const { consensus, validators } = parseNetworkGenesis(file, scheme)
  const record = genesisRecord(consensus, validators)
  await beside(folder, async (made) => {
    writeJson(join(made, 'genesis.json'), file)
    for (const draft of drafts) await writeNode(made, draft, record, network.feeRecipient)
  })
  return { genesisPath: join(folder, 'genesis.json'), nodes: drafts.map(({ node }) => node) }
}

/** The first block with the register in its state, which holds the first validators. */
function withRegister(network: NewNetwork, members: readonly NewMember[], scheme: SignatureScheme): object {
  const { gethGenesis, registerOwner } = network
  if (registerOwner === undefined) return gethGenesis
  const { chainId, accounts } = parseGenesis(gethGenesis)
  if (accounts.some(({ address }) => address === VALIDATORS_ADDRESS)) {
    throw new BaseError('GENESIS_INVALID', `genesis.alloc has an account at ${VALIDATORS_ADDRESS} already`, {
      advice: ['It is where the register of validators goes: leave one of the two out.'],
    })
  }
  const list = members.map(({ consensusKey, stake, peerId, addresses: [endpoint = ''] }) => ({
    publicKey: scheme.publicKey(consensusKey),
    proof: provePossession(scheme, Number(chainId), consensusKey),
    stake,
    nodeKey: nodePublicKeyOf(peerId),
    endpoint,
  }))
  const { alloc }: { readonly alloc?: object } = gethGenesis
  return { ...gethGenesis, alloc: { ...alloc, [VALIDATORS_ADDRESS]: validatorsAccount(registerOwner, list) } }
}

function draftOf(folder: string, name: string, ports: NodePorts, scheme: SignatureScheme): Draft {
  const [nodeKey, consensusKey] = [createNodeKey(), createConsensusKey()]
  const publicKey = scheme.publicKey(consensusKey)
  const id = validatorId(publicKey)
  const peerId = peerIdOf(nodeKey)
  const p2pAddress = contactText(peerId, HOST, ports.p2p)
  const node = { name, validatorId: id, peerId, p2pAddress, ports, configPath: join(folder, `${name}.json`) }
  return { node, nodeKey, consensusKey, publicKey }
}

async function writeNode(
  folder: string,
  { node, nodeKey, consensusKey, publicKey }: Draft,
  record: SafetyRecord,
  feeRecipient: NewNetwork['feeRecipient'],
): Promise<void> {
  mkdirSync(join(folder, node.name), { mode: OWNER_ONLY })
  writeKeys(join(folder, node.name, 'keys.json'), { nodeKey, consensusKey })
  await createSafetyStore(join(folder, node.name, 'safety'), { publicKey, genesisId: record.root.id }, record)
  const recipient = feeRecipient === 'own' ? node.validatorId : feeRecipient
  writeJson(join(folder, `${node.name}.json`), nodeConfigFile(node.name, node.ports, recipient))
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`)
}

/** Fills a folder of another name and then renames it, so that a failure leaves nothing half-made behind. */
async function beside(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  refuseExisting(folder)
  let draft: string | undefined
  try {
    mkdirSync(dirname(folder), { recursive: true })
    draft = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`))
    await fill(draft)
    renameSync(draft, folder)
  } catch (cause) {
    if (draft !== undefined) rmSync(draft, { recursive: true, force: true })
    if (cause instanceof BaseError) throw cause
    throw new BaseError('NETWORK_UNWRITABLE', `${folder} cannot be made: ${messageOf(cause)}`, {
      advice: ['Check its permissions, or choose another folder.'],
      cause,
    })
  }
}

function refuseExisting(folder: string): void {
  const names = existsSync(folder) ? readNames(folder) : []
  if (names.length === 0) return
  throw new BaseError('NETWORK_EXISTS', `${folder} is not empty, and keys are never replaced`, {
    advice: ['Choose another folder.'],
  })
}

/** A file counts as a folder that is not empty. */
function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [folder]
  }
}
