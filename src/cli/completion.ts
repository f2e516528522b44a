import { allSettings, COMMANDS, type Command, type Setting } from '../config.js';

/**
 * A script that completes commands, flags and fixed choices, and leaves file names to the shell. All that it
 * knows is written in it, so that a TAB starts no program.
 */
export function completionScript(): string {
  const settings = allSettings().filter(({ isSwitch }) => !isSwitch);
  const open = settings.filter((setting) => choicesOf(setting).length === 0).map(({ flag }) => flag);
  const fixed = settings.filter((setting) => choicesOf(setting).length > 0);
  return `# Completion for bond-import; bond-import completion prints it.
# zsh can complete in bash's way.
if [ -n "\${ZSH_VERSION-}" ]; then
  autoload -U +X compinit && compinit
  autoload -U +X bashcompinit && bashcompinit
fi
_bond_import() {
  local IFS=$' \\t\\n' at=1
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local offer='${[...COMMANDS, 'completion', 'help'].join(' ')}' flags='--help --version'
  COMPREPLY=()
  # To bash, --env=live is three words.
  if [ "$word" = '=' ]; then
    word=
  elif [ "$before" = '=' ]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $before in
${fixed.map((setting) => `    ${setting.flag}) COMPREPLY=($(compgen -W '${choicesOf(setting).join(' ')}' -- "$word")); return ;;`).join('\n')}
    ${open.join(' | ')}) return ;;
  esac
  while [ "$at" -lt "$COMP_CWORD" ]; do
    case \${COMP_WORDS[at]} in
${COMMANDS.map((command) => `      ${command}) offer= flags='${flagsOf(command).join(' ')}'; break ;;`).join('\n')}
      completion) offer= flags=; break ;;
      help) offer='${COMMANDS.join(' ')}' flags=; break ;;
    esac
    at=$((at + 1))
  done
  case $word in
    -*) offer=$flags ;;
  esac
  COMPREPLY=($(compgen -W "$offer" -- "$word"))
}
complete -o default -F _bond_import bond-import`;
}

function flagsOf(command: Command): string[] {
  const own = allSettings().filter(({ commands }) => commands.includes(command));
  return [...own.map(({ flag }) => flag), '--help'];
}

/** A placeholder that holds the default is a list of all that may be given: `sandbox|live`, but not `n|n%`. */
function choicesOf({ value = '', default: literal = '' }: Setting): string[] {
  const words = value.split('|');
  return words.includes(literal) ? words : [];
}
