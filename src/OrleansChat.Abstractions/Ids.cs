using System.Security.Cryptography;

namespace OrleansChat;

/// <summary>The one place where random ids come from.</summary>
public static class Ids
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A log's epoch: 12 characters, about 62 bits.</summary>
    public static string NewEpoch() => RandomNumberGenerator.GetString(Alphabet, 12);

    /// <summary>The mark of one claim of a guest's name: 12 characters, about 62 bits.</summary>
    public static string NewIncarnation() => RandomNumberGenerator.GetString(Alphabet, 12);

    /// <summary>A session, token or client id that nobody can guess: 24 characters, about 124 bits.</summary>
    public static string NewUnguessable() => RandomNumberGenerator.GetString(Alphabet, 24);

    /// <summary>What makes a node id new at each start: 8 characters.</summary>
    public static string NewNodeSuffix() => RandomNumberGenerator.GetString(Alphabet, 8);
}
