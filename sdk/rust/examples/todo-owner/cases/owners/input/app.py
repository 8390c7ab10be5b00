# TODO(alice): ours
# TODO(mallory): not ours
# FIXME
TODO_LIST = []
