using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansChat.Conversations;
using OrleansChat.Users;

namespace OrleansChat.Gateway.FrontEnds.SocketIo.Lobby;

/// <summary>What is stored of a socket so that any node can take it up: who it was, and the bases that its offsets count from.</summary>
internal sealed class SocketRecord
{
    // A client whose last offset counts from an older base than these received nothing for a long time: it starts anew.
    private const int MaxBases = 4;

    /// <summary>The identity; null for a socket without a name.</summary>
    public TokenClaims? Token { get; set; }

    /// <summary>The session that stood for it; empty for a socket without a name.</summary>
    public string Session { get; set; } = string.Empty;

    /// <summary>Positions by conversation as text, by the bases' numbers.</summary>
    public Dictionary<int, Dictionary<string, string>> Bases { get; set; } = [];

    /// <summary>The number of the newest base; 0 when there is none.</summary>
    [JsonIgnore]
    public int Newest => Bases.Keys.DefaultIfEmpty().Max();

    /// <summary>Adds a base and answers its number.</summary>
    public int AddBase(IReadOnlyDictionary<string, KnownPosition> positions)
    {
        int number = Newest + 1;
        Bases[number] = positions.ToDictionary(pair => pair.Key, pair => SocketPositions.Write(pair.Value), StringComparer.Ordinal);
        Bases.Remove(number - MaxBases);
        return number;
    }

    /// <summary>
    /// The socket has a name now, and with it conversations whose present positions count for every earlier base too: their messages from before
    /// were never missed.
    /// </summary>
    public void FillBases(IReadOnlyDictionary<string, KnownPosition> positions)
    {
        foreach (Dictionary<string, string> earlier in Bases.Values)
        {
            foreach ((string conversation, KnownPosition position) in positions)
            {
                earlier.TryAdd(conversation, SocketPositions.Write(position));
            }
        }
    }

    /// <summary>Keeps only the base that the client's offset counts from: it may return again without having heard anything.</summary>
    public void KeepBase(int number)
    {
        foreach (int other in Bases.Keys.Where(other => other != number).ToArray())
        {
            Bases.Remove(other);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SocketRecordJson.Default.SocketRecord);

    /// <summary>Null when it is not one.</summary>
    public static SocketRecord? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, SocketRecordJson.Default.SocketRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The stored form.</summary>
[JsonSerializable(typeof(SocketRecord))]
internal sealed partial class SocketRecordJson : JsonSerializerContext;
