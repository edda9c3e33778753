using System.Text.Json;

namespace OrleansChat.Redis;

/// <summary>What the next start must know to find a redis-server that outlived us.</summary>
/// <param name="Port">Written before the process exists, so that no moment of a crash hides it.</param>
/// <param name="Pid">0 until it answered for the first time.</param>
/// <param name="RunId">Empty until it answered for the first time.</param>
/// <param name="Owner">The process id of the chat server in charge, for the message to a second one.</param>
internal sealed record PrivateRedisRecord(int Port, int Pid, string RunId, int Owner)
{
    private const string FileName = "private-redis.json";

    public static PrivateRedisRecord? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PrivateRedisRecord>(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            // Cut short by a crash of the machine, which no redis-server survived either.
            return null;
        }
    }

    public void Write(string directory)
    {
        string path = Path.Combine(directory, FileName);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this));
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Delete(string directory) => File.Delete(Path.Combine(directory, FileName));
}
