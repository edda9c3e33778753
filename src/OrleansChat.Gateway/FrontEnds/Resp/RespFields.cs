namespace OrleansChat.Gateway.FrontEnds.Resp;

/// <summary>Fields and values in the order in which they were first given.</summary>
internal sealed class RespFields
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    public int Count => _fields.Count;

    public IReadOnlyList<KeyValuePair<string, string>> All => _fields;

    /// <summary>The value of a field; null when it was not given.</summary>
    public string? this[string name] => _fields.FirstOrDefault(field => field.Key == name).Value;

    public void Set(string name, string value)
    {
        int index = _fields.FindIndex(field => field.Key == name);
        if (index < 0)
        {
            _fields.Add(KeyValuePair.Create(name, value));
        }
        else
        {
            _fields[index] = KeyValuePair.Create(name, value);
        }
    }

    /// <summary>Takes a field out and answers its value; null when it was not given.</summary>
    public string? Take(string name)
    {
        string? value = this[name];
        _fields.RemoveAll(field => field.Key == name);
        return value;
    }

    /// <summary>Refuses names and values that are too long to be kept.</summary>
    public void CheckLengths(int longestName, int longestValue)
    {
        foreach ((string name, string value) in _fields)
        {
            if (System.Text.Encoding.UTF8.GetByteCount(name) > longestName || System.Text.Encoding.UTF8.GetByteCount(value) > longestValue)
            {
                throw new RespRefusedException($"TOOLARGE A field's name has at most {longestName} bytes, its value {longestValue}.");
            }
        }
    }
}
