namespace OrleansChat.Presence;

/// <summary>
/// Who this node is to the others: <c>&lt;name&gt;-&lt;random&gt;</c>. An id is used for one lease only. A node that lost its lease was or will be
/// swept; under the old id its entries could be removed at any time, so it goes on under a new one.
/// </summary>
public sealed class NodeIdentity
{
    private readonly string _name;
    private volatile string _current;

    /// <summary>Takes a first id.</summary>
    /// <param name="name">What the operator calls the node: lower-case letters, digits and hyphens, at least one character.</param>
    /// <exception cref="ArgumentException">The name has other characters.</exception>
    public NodeIdentity(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                throw new ArgumentException($"The node name '{name}' may only have lower-case letters, digits and hyphens.", nameof(name));
            }
        }

        _name = name;
        _current = NewId();
    }

    /// <summary>Raised after <see cref="Current"/> has changed, on the thread that renewed it.</summary>
    public event EventHandler? Changed;

    /// <summary>The present id, of <c>[a-z0-9-]+</c>.</summary>
    public string Current => _current;

    /// <summary>Takes a new id and returns it.</summary>
    public string Renew()
    {
        string renewed = _current = NewId();
        Changed?.Invoke(this, EventArgs.Empty);
        return renewed;
    }

    private string NewId() => $"{_name}-{Ids.NewNodeSuffix()}";
}
