"""What every sandbox is made of: records, the wire, faults, the control plane, pages.

A vendor is a folder beside this one that declares a `Sandbox`: its operations, the shape of its
errors, whom it lets in. All the rest is here, and is the same for each.
"""
