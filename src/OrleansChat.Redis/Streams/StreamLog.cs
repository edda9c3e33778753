using Microsoft.Extensions.Logging;

namespace OrleansChat.Redis.Streams;

internal static partial class StreamLog
{
    [LoggerMessage(1, LogLevel.Information, "Node {Node} hears announcements and follows {Streams} streams")]
    public static partial void Connected(ILogger logger, string node, int streams);

    [LoggerMessage(2, LogLevel.Warning, "Announcements may have been lost: {Reason}; subscribing again")]
    public static partial void Broken(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Announcements cannot be heard now (attempt {Attempt}); trying until they can")]
    public static partial void CannotConnect(ILogger logger, int attempt, Exception failure);

    [LoggerMessage(4, LogLevel.Warning, "Announcements came in faster than they were handed over: {Dropped} were dropped")]
    public static partial void Overflowed(ILogger logger, long dropped);

    [LoggerMessage(5, LogLevel.Error, "An observer of {Stream} failed")]
    public static partial void ObserverFailed(ILogger logger, StreamName stream, Exception failure);

    [LoggerMessage(6, LogLevel.Warning, "An observer of {Stream} has {Unfinished} items unfinished; further ones are dropped for it")]
    public static partial void ObserverIsSlow(ILogger logger, StreamName stream, int unfinished);

    [LoggerMessage(7, LogLevel.Debug, "An announcement of {Length} bytes could not be read and was dropped")]
    public static partial void Malformed(ILogger logger, int length);

    [LoggerMessage(8, LogLevel.Debug, "An item of {Stream} could not be read and was dropped")]
    public static partial void MalformedItem(ILogger logger, StreamName stream, Exception failure);

    [LoggerMessage(9, LogLevel.Debug, "{Stream} could not be unfollowed now and will be later")]
    public static partial void UnfollowFailed(ILogger logger, StreamName stream, Exception failure);

    [LoggerMessage(10, LogLevel.Warning, "Redis had forgotten that this node follows {Streams} streams; they are noted again")]
    public static partial void Forgotten(ILogger logger, int streams);

    [LoggerMessage(11, LogLevel.Debug, "Could not check now what Redis knows of this node's streams")]
    public static partial void RefreshFailed(ILogger logger, Exception failure);

    [LoggerMessage(12, LogLevel.Warning, "Could not unfollow everything while stopping; it is swept when the node's lease has ended")]
    public static partial void ReleaseFailed(ILogger logger, Exception failure);

    [LoggerMessage(13, LogLevel.Error, "Redis refuses to note that this node follows {Stream}; it hears nothing of it")]
    public static partial void NotNoted(ILogger logger, StreamName stream, Exception refusal);

    [LoggerMessage(14, LogLevel.Warning, "A link between servers of the Redis Cluster broke or came back: announcements may have been lost, reading what was missed")]
    public static partial void LinkBroken(ILogger logger);
}
