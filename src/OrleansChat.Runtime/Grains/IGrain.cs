namespace Orleans
{
    using Orleans.Runtime;

    /// <summary>Something that grain calls can be sent to.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain named by a GUID.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>A grain named by a number.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>A grain named by text.</summary>
    public interface IGrainWithStringKey : IGrain;
}

namespace Orleans.Runtime
{
    /// <summary>The root of everything that has a <see cref="GrainId"/>.</summary>
    public interface IAddressable;
}
