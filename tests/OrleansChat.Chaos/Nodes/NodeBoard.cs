using System.IO.MemoryMappedFiles;

namespace OrleansChat.Chaos.Nodes;

/// <summary>A few numbers that the driver and the nodes it runs see both: a file in memory.</summary>
internal sealed class NodeBoard : IDisposable
{
    private const int ClockAt = 0;
    private const int PlantedAt = sizeof(long);
    private const int Size = 2 * sizeof(long);
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string? _own;

    private NodeBoard(string path, string? own)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Size);
        _view = _file.CreateViewAccessor(0, Size);
        Path = path;
        _own = own;
    }

    public string Path { get; }

    /// <summary>How far the node's clock is off.</summary>
    public TimeSpan Clock
    {
        get => TimeSpan.FromTicks(_view.ReadInt64(ClockAt));
        set => _view.Write(ClockAt, value.Ticks);
    }

    /// <summary>How often a bug that is planted in the node did something.</summary>
    public long Planted => _view.ReadInt64(PlantedAt);

    public static NodeBoard Create()
    {
        string path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("orleanschat-chaos-node-").FullName, "board");
        return new NodeBoard(path, path);
    }

    public static NodeBoard Open(string path) => new(path, null);

    /// <summary>Counts that the bug did something. One writer at a time is enough: what counts is whether it is above zero.</summary>
    public void CountPlanted() => _view.Write(PlantedAt, Planted + 1);

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        if (_own is not null)
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(_own)!, recursive: true);
        }
    }
}
