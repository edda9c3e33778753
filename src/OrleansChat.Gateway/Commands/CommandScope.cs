using System.Collections;

namespace OrleansChat.Gateway.Commands;

/// <summary>What log lines of one command have in common: its name and the session's id as logs have it.</summary>
internal sealed class CommandScope(string command, string session) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Command", command),
        1 => new("Session", session),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    public override string ToString() => $"Command:{command} Session:{session}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
