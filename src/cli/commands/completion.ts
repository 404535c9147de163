import type { Command } from '../command.ts'
import { UsageError } from '../command.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** Prints a script that lets a shell complete commands and options; `commands` are all others. */
export function completionCommand(commands: readonly Command[]): Command {
  const command: Command = {
    name: 'completion',
    usage: SHELLS.join('|'),
    summary: 'print a script that lets a shell complete commands and options',
    options: {},
    examples: ['source <(evmpp completion bash)', 'evmpp completion fish > ~/.config/fish/completions/evmpp.fish'],
    async run({ positionals: [word] }) {
      const shell = SHELLS.find((each) => each === word)
      if (shell === undefined) throw new UsageError(`completion takes ${SHELLS.join(', ')}, not "${word ?? ''}".`)
      const all = [...commands, command]
      process.stdout.write(shell === 'fish' ? fishScript(all) : bashScript(all, shell))
    },
  }
  return command
}

const optionsOf = ({ options }: Command): readonly string[] =>
  [...Object.keys(options), 'help'].map((name) => `--${name}`)

/** zsh runs bash's kind once `bashcompinit` is loaded. Words that are no option complete to files. */
function bashScript(commands: readonly Command[], shell: 'bash' | 'zsh'): string {
  const cases = commands.map((each) => `    ${each.name}) words='${optionsOf(each).join(' ')}' ;;`)
  return [
    ...(shell === 'zsh' ? ['autoload -Uz compinit bashcompinit && compinit && bashcompinit'] : []),
    '_evmpp() {',
    '  local words=',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words='${commands.map(({ name }) => name).join(' ')}'`,
    `  elif [[ "$2" == -* ]]; then case "\${COMP_WORDS[1]}" in`,
    ...cases,
    '  esac; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$2"))',
    '}',
    'complete -o default -F _evmpp evmpp',
    '',
  ].join('\n')
}

function fishScript(commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c evmpp -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...Object.entries(options).map(
      ([option, { type, summary: text }]) =>
        `complete -c evmpp -n '__fish_seen_subcommand_from ${name}' -l ${option}${type === 'string' ? ' -r' : ''} -d ${quoted(text)}`,
    ),
  ])
  return `${lines.join('\n')}\n`
}
