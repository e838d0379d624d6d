#compdef PROGRAM
# zsh completion for PROGRAM: the program itself answers.
_PROGRAM() {
    local -a answers plain open
    local answer
    # Each answer begins with + where the word goes on (a folder, a scheme), else with -.
    answers=("${(@f)$(IAMCTL_COMPLETE=zsh "${(Q)words[1]}" -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for answer in "${answers[@]}"; do
        case $answer in
            +*) open+=("${answer#+}") ;;
            -*) plain+=("${answer#-}") ;;
        esac
    done
    (( ${#plain} )) && _describe -V PROGRAM plain
    (( ${#open} )) && _describe -V PROGRAM open -S ''
    (( ${#plain} + ${#open} ))
}
(( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
if [[ ${funcstack[1]} == _PROGRAM ]]; then
    _PROGRAM "$@"
else
    compdef _PROGRAM PROGRAM
fi
