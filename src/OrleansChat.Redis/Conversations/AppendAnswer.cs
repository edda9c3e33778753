using OrleansChat.Redis.Connections;
using StackExchange.Redis;

namespace OrleansChat.Redis.Conversations;

/// <summary>What <c>append.lua</c> answers.</summary>
/// <param name="Epoch">Empty when a direct conversation has to be created first; then nothing was done.</param>
/// <param name="Last">The log's last number.</param>
/// <param name="First">When every send was appended: the number of the first of them.</param>
/// <param name="At">When every send was appended: when.</param>
/// <param name="Each">Otherwise three for each send: code, number, time.</param>
internal readonly record struct AppendAnswer(string Epoch, long Last, long First, long At, long[]? Each)
{
    /// <summary>How many values precede those of each send.</summary>
    public const int Head = 2;

    /// <summary>How many values tell of each send.</summary>
    public const int PerSend = 3;

    /// <summary>How many values say that every send was appended.</summary>
    public const int AllAppended = 4;

    /// <summary>The same as the client library reads it.</summary>
    public static AppendAnswer Of(RedisResult[] answer)
    {
        string epoch = answer[0].Text();
        long last = (long)answer[1];
        return answer.Length switch
        {
            Head => new AppendAnswer(epoch, last, 0, 0, []),
            AllAppended => new AppendAnswer(epoch, last, (long)answer[2], (long)answer[3], null),
            _ => new AppendAnswer(epoch, last, 0, 0, Array.ConvertAll(answer[Head..], static value => (long)value)),
        };
    }
}
