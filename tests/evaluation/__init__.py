"""How well messages are understood, on sets that nothing is written or fitted for: `python -m tests.evaluation`.

`sets` what is asked · `hearing` each message understood once · `answers`, `needs`, `reliability`, `out_of_scope`,
`danger`, `aspects`, `double_needs`, `languages` one side of the result each · `baselines`, `comparison`, `footprint`
what it is worth and costs · `report` all tables and files · `floors` what `make test` does not let pass.
"""
