"""What is found out in a process of its own and is no plan: how a plan holds under reports, how a period came out."""
