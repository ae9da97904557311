import type { CommandWords } from './words.ts'

/** Shells for which there is a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** The script that a shell reads to complete `bourse` command lines. */
export function completionScript(shell: Shell, words: readonly CommandWords[]): string {
  switch (shell) {
    case 'bash':
      return bash(words)
    case 'zsh':
      return zsh(words)
    case 'fish':
      return fish(words)
  }
}

/** The words so far, without options, tell which command it is. */
function bash(words: readonly CommandWords[]): string {
  const cases = words.map(({ path, subcommands, options }) => {
    const candidates = [...subcommands.map(({ name }) => name), ...options.map(({ flag }) => flag)]
    return `    ${quote(path.join(' '))}) words=${quote(candidates.join(' '))} ;;`
  })
  return `# Completion of bourse for bash: bourse completion bash > /etc/bash_completion.d/bourse
_bourse() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) continue ;; esac
    case " ${paths(words)} " in
      *" \${path:+$path/}$word "*) path="\${path:+$path/}$word" ;;
    esac
  done
  case "\${path//\\// }" in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  # Where no word fits, it is a file.
  if [ \${#COMPREPLY[@]} -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
}
complete -o filenames -F _bourse bourse
`
}

/** Commands with slashes between their words, with spaces between them. */
function paths(words: readonly CommandWords[]): string {
  return words
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => path.join('/'))
    .join(' ')
}

function zsh(words: readonly CommandWords[]): string {
  const cases = words.map(({ path, subcommands, options }) => {
    const described = [
      ...subcommands.map(({ name, description }) => `${name}:${description.replaceAll(':', '\\:')}`),
      ...options.map(({ flag, description }) => `${flag}:${description.replaceAll(':', '\\:')}`),
    ]
    return `    ${quote(path.join(' '))}) candidates=(${described.map(quote).join(' ')}) ;;`
  })
  return `#compdef bourse
# Completion of bourse for zsh: bourse completion zsh > a file _bourse in a folder of $fpath
_bourse() {
  local command='' word
  local -a candidates known
  known=(${words
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quote(path.join(' ')))
    .join(' ')})
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -* ]] && continue
    if (( \${known[(Ie)\${command:+$command }$word]} )); then command="\${command:+$command }$word"; fi
  done
  case "$command" in
${cases.join('\n')}
  esac
  _describe 'bourse' candidates || _files
}
_bourse "$@"
`
}

function fish(words: readonly CommandWords[]): string {
  const lines = words.flatMap(({ path, subcommands, options }) => {
    const condition = quote(`test "$(__bourse_command)" = "${path.join(' ')}"`)
    return [
      ...subcommands.map(
        ({ name, description }) => `complete -c bourse -n ${condition} -a ${name} -d ${quote(description)}`,
      ),
      ...options.map(
        ({ flag, description }) =>
          `complete -c bourse -n ${condition} -l ${flag.slice('--'.length)} -d ${quote(description)}`,
      ),
    ]
  })
  return `# Completion of bourse for fish: bourse completion fish > ~/.config/fish/completions/bourse.fish
function __bourse_command
  set -l known ${words
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => quote(path.join(' ')))
    .join(' ')}
  set -l command
  for word in (commandline -opc)[2..-1]
    string match -q -- '-*' $word; and continue
    set -l longer (string trim "$command $word")
    contains -- "$longer" $known; and set command $longer
  end
  echo "$command"
end
${lines.join('\n')}
`
}

/** A word that the shell takes as it is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
