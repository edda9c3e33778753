using System.Globalization;
using OrleansChat.Feeds;

namespace OrleansChat.Gateway.FrontEnds.Resp.Commands;

/// <summary>The options of <c>IM.RECIVE</c>, in any order and case.</summary>
/// <param name="Start">After which place; null for the feed's end.</param>
/// <param name="Count">At most how many entries.</param>
/// <param name="Block">How long to wait while there is none.</param>
internal readonly record struct ReceiveOptions(FeedId? Start, int Count, TimeSpan Block)
{
    /// <summary>The most entries of one reply.</summary>
    private const int MostEntries = 10_000;

    private const long DefaultBlock = 10_000;

    public static ReceiveOptions Read(RespCall call)
    {
        bool started = false;
        FeedId? start = null;
        long count = 20;
        long block = DefaultBlock;
        for (int i = 2; i < call.Count; i += 2)
        {
            string option = call.Word(i);
            if (option is not ("START" or "COUNT" or "BLOCK") || i + 1 == call.Count)
            {
                throw new RespRefusedException(RespError.Syntax);
            }

            switch (option)
            {
                case "START":
                    started = true;
                    start = call.Word(i + 1) == "$" ? null : call.Id(i + 1);
                    break;
                case "COUNT":
                    count = Number(call, i + 1, RespError.NotANumber);
                    break;
                default:
                    block = Number(call, i + 1, "ERR timeout is not an integer or out of range");
                    break;
            }
        }

        if (!started)
        {
            throw new RespRefusedException(RespError.NeedStart);
        }

        if (block < 0)
        {
            throw new RespRefusedException("ERR timeout is negative");
        }

        return new ReceiveOptions(
            start,
            count <= 0 ? MostEntries : (int)Math.Min(count, MostEntries),
            block == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(block, int.MaxValue)));
    }

    private static long Number(RespCall call, int index, string error) =>
        long.TryParse(call.Word(index), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new RespRefusedException(error);
}
