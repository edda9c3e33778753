using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Sessions;

/// <summary>
/// The newest messages that a session sent and does not want to hear itself. They are known by client id before they are sent, because
/// they may reach the session by the answer, by a replay or by a repaired gap, in any order. Bounded: a session has so many sends in flight.
/// </summary>
internal sealed class SilencedSends(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public void Add(string clientId)
    {
        lock (_gate)
        {
            if (_ids.Add(clientId))
            {
                _order.Enqueue(clientId);
                if (_order.Count > capacity)
                {
                    _ids.Remove(_order.Dequeue());
                }
            }
        }
    }

    /// <summary>Whether a message is one of them.</summary>
    /// <param name="head">The message's head.</param>
    /// <param name="user">The session's user.</param>
    public bool Contains(MessageHead head, string user)
    {
        if (!Ascii.Equals(head.From, user) || !MessageTail.TryReadClientId(head, out ReadOnlySpan<byte> id) || id.Length > Names.MaxClientIdLength)
        {
            return false;
        }

        Span<char> text = stackalloc char[id.Length];
        Encoding.ASCII.GetChars(id, text);
        lock (_gate)
        {
            return _ids.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text);
        }
    }
}
