MOVE GRAPH ${graph} TO ${target}
