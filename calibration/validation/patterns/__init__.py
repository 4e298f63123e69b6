"""Validation patterns: V1 to V21 of the evidence review (section 5), V22 to V28 of daily arrivals; which of them the
simulator shows, and by how much.

A pattern has one or more checks. A check passes when what was observed, or the range of its publishers, meets the
90 % interval of the draws. What the records of a run, or the publishers, cannot answer passes nothing and fails
nothing; a reason says why. V5, V6, V8 to V11, V13, V16, V22, V23, V25 and V26 are tests: no fit uses them as such. A
check of them is held out where it needs a month after the cut; one that lies before it was seen by the fit, whole or in
its parts. Some values are, or are made of, what the simulator is given as an input: these are named, whatever the cut.
"""
