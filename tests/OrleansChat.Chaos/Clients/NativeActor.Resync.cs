using System.Text.Json;
using OrleansChat.Client;

namespace OrleansChat.Chaos.Clients;

/// <content>A client that syncs again in the middle of everything, from where it is or from further back: its stream begins anew there.</content>
internal sealed partial class NativeActor
{
    /// <summary>Far above the ids of the connection's own commands, so that the answer comes in its place among the events.</summary>
    private const long ResyncId = 1_000_000_000;

    private (Dictionary<string, ChatPosition> Positions, long Asked)? _resync;

    /// <summary>Syncs on the present connection, each conversation from up to so many numbers before where it is.</summary>
    public void Resync(int back)
    {
        if (_link is not { } link)
        {
            return;
        }

        Dictionary<string, ChatPosition> positions;
        lock (_gate)
        {
            if (_resync is not null)
            {
                return;
            }

            positions = _positions.ToDictionary(one => one.Key, one => one.Value with { Seq = Math.Max(1, one.Value.Seq - back) });
            _resync = (positions, _recorder.Now);
        }

        object frame = new
        {
            id = ResyncId,
            @do = "sync",
            positions = positions.ToDictionary(one => one.Key, one => new { epoch = one.Value.Epoch, seq = one.Value.Seq }),
        };
        link.Chat.SendRaw(JsonSerializer.SerializeToUtf8Bytes(frame));
    }

    /// <summary>Nothing is awaited on a connection that is gone.</summary>
    private void ForgetResync()
    {
        lock (_gate)
        {
            _resync = null;
        }
    }

    private void Resynced(string session, NativeObject reply)
    {
        (Dictionary<string, ChatPosition> Positions, long Asked)? asked;
        lock (_gate)
        {
            asked = _resync;
            _resync = null;
        }

        // Storage may be away: then nothing has changed.
        if (asked is var (positions, at) && !reply.IsError)
        {
            Resume(session, positions, at, JsonSerializer.Deserialize<SyncResult>(reply.Body.Span, JsonSerializerOptions.Web)!);
        }
    }
}
