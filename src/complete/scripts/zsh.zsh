#compdef PROGRAM
# zsh completion for PROGRAM: the program itself answers.
_PROGRAM() {
    local -a answers plain open
    local answer
    answers=("${(@f)$(IAMCTL_COMPLETE=zsh "${words[1]}" -- "${(@Q)words[1,CURRENT]}" 2>/dev/null)}")
    for answer in "${answers[@]}"; do
        [[ -z $answer ]] && continue
        # A folder or a scheme goes on: no blank behind it.
        if [[ $answer == *[/=] || $answer == *\\: || $answer == *\\::* ]]; then
            open+=("$answer")
        else
            plain+=("$answer")
        fi
    done
    (( ${#plain} )) && _describe -V PROGRAM plain
    (( ${#open} )) && _describe -V PROGRAM open -S ''
    (( ${#plain} + ${#open} ))
}
if [[ ${funcstack[1]} == _PROGRAM ]]; then
    _PROGRAM "$@"
else
    compdef _PROGRAM PROGRAM
fi
