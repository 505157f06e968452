//! Completions, tried in real shells.

use std::process::Command;

use crate::sandbox::Sandbox;

const PROGRAM: &str = "terraform-provider-simcloud";

/// What a shell offers for a command line, word by word; the last word is being completed.
fn offers(shell: &str, line: &str) -> Vec<String> {
    let sandbox = Sandbox::new();
    let script = sandbox.path("completions");
    std::fs::write(&script, sandbox.run(&["completions", shell]).stdout).unwrap();
    let output = match shell {
        "bash" => text(Command::new("bash").args(["--norc", "-c", BASH, "bash"]).arg(&script).args([PROGRAM, line])),
        "fish" => {
            let program = format!("source {}; complete --do-complete '{line}'", script.display());
            text(Command::new("fish").args(["--no-config", "-c", &program]))
        }
        _ => zsh(&sandbox, line),
    };
    output.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect()
}

/// Calls the function that the script registers, with what bash sets when the tab key is pressed.
const BASH: &str = r#"
source "$1"; program=$2; COMP_LINE=$3; COMP_POINT=${#COMP_LINE}
COMP_WORDS=($COMP_LINE); [ "${COMP_LINE: -1}" = ' ' ] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
handler=$(complete -p "$program"); handler=${handler#*-F }; handler=${handler%% *}
"$handler" "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

/// What an interactive zsh runs before the line is typed: it writes what it offers into a file.
const ZSH: &str = r#"
PROMPT=
autoload -Uz compinit; compinit -u -D
source completions; compdef _terraform-provider-simcloud terraform-provider-simcloud
bindkey '^I' complete-word
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
    typeset -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> hits
    builtin compadd "$@"
}
finish() { print yes > finished }
comppostfuncs=(finish)
print ready > ready
"#;

/// Types a line and a tab in an interactive zsh on a terminal of its own.
const ZSH_TERMINAL: &str = r#"
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'source inner.zsh'
repeat 100; do [[ -e ready ]] && break; sleep 0.1; done
zpty -w -n shell "$1"$'\t'
repeat 100; do [[ -e finished ]] && break; sleep 0.1; done
zpty -d shell
"#;

fn zsh(sandbox: &Sandbox, line: &str) -> String {
    std::fs::write(sandbox.path("inner.zsh"), ZSH).unwrap();
    let mut command = Command::new("zsh");
    let _ = text(command.args(["-f", "-c", ZSH_TERMINAL, "zsh", line]).current_dir(sandbox.path("")));
    std::fs::read_to_string(sandbox.path("hits")).unwrap_or_default()
}

fn text(command: &mut Command) -> String {
    String::from_utf8_lossy(&command.output().expect("the shell runs").stdout).into_owned()
}

fn check(shell: &str) {
    for (line, expected) in [
        (format!("{PROGRAM} "), "world"),
        (format!("{PROGRAM} world "), "destroy"),
        (format!("{PROGRAM} world show --in"), "--instance-type"),
        (format!("{PROGRAM} world reclaim --zone cn-heyuan-"), "cn-heyuan-b"),
        (format!("{PROGRAM} world --region us-east-"), "us-east-2"),
        (format!("{PROGRAM} world show --instance-type ecs.g7.lar"), "ecs.g7.large"),
        (format!("{PROGRAM} completions "), "fish"),
        (format!("{PROGRAM} help wor"), "world"),
    ] {
        let offered = offers(shell, &line);
        assert!(offered.iter().any(|word| word == expected), "{shell} offers for {line:?}: {offered:?}");
    }
}

#[needs(bash)]
#[test]
fn bash_completes_at_every_level() {
    check("bash");
}

#[needs(zsh)]
#[test]
fn zsh_completes_at_every_level() {
    check("zsh");
}

#[needs(fish)]
#[test]
fn fish_completes_at_every_level() {
    check("fish");
}
