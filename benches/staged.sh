#!/bin/sh
# What becomes of unstaged work when fixers run on what is staged: pre-commit, lefthook and sdlc, each in a repository of
# its own. Usage: benches/staged.sh [SDLC]; `pre-commit` and `lefthook` are those on the path.
set -u
sdlc=$(realpath "${1:-target/release/sdlc}")
base='one\ntwo\nthree\nfour\nfive\n' staged='one  \ntwo\nthree\nfour\nfive\n'

prepare() {
    directory=$(mktemp -d) && cd "$directory" && git init -q . && git config user.email a@example.com && git config user.name a
    printf "$base" >a.txt && printf 'other\n' >b.txt
    printf '#!/bin/sh\nsleep ${SLEEP:-0}\nsed -i "s/ *$//" "$@"\n' >fixer.sh && chmod +x fixer.sh
    printf 'repos:\n  - repo: local\n    hooks: [{id: fix, name: fix, entry: ./fixer.sh, language: system, files: a.txt}]\n' \
        >.pre-commit-config.yaml
    printf 'pre-commit:\n  jobs: [{run: "./fixer.sh {staged_files}", glob: "a.txt", stage_fixed: true}]\n' >lefthook.yml
    git add . && git -c core.hooksPath=/dev/null commit -qm one
    printf "$staged" >a.txt && git add a.txt
}

run() {
    case $1 in
    pre-commit) pre-commit run ;;
    lefthook) lefthook run pre-commit --no-tty ;;
    # Where fixes come from makes no difference: nothing is ever put aside.
    sdlc) sleep "${SLEEP:-0}" && "$sdlc" run hygiene --staged --fix --state-dir "$directory.state" ;;
    esac >/dev/null 2>&1
}

for tool in pre-commit lefthook sdlc; do
    prepare
    printf 'one  \ntwo\nthree\nfour\nFIVE  \n' >a.txt
    run $tool
    echo "$tool | unstaged lines elsewhere | index: $(git show :a.txt | head -1 | cat -A) tree: $(tail -1 a.txt | cat -A)"
    prepare
    printf 'ONE  \ntwo\n' >a.txt && printf 'unstaged\n' >b.txt
    (sleep 1 && printf 'edited meanwhile\n' >b.txt) &
    SLEEP=3 run $tool
    wait
    echo "$tool | another file is edited meanwhile, and the fix conflicts | it has: $(cat b.txt)"
    prepare
    printf 'one  \ntwo\nthree\nfour\nFIVE  \n' >a.txt
    (SLEEP=5 run $tool) &
    sleep 2
    pkill -9 -f "$directory" 2>/dev/null
    pkill -9 -P $! 2>/dev/null
    kill -9 $! 2>/dev/null
    wait 2>/dev/null
    echo "$tool | killed | tree: $(tail -1 a.txt | cat -A)"
done
