using OrleansChat.Runtime.Calls;

namespace OrleansChat.Runtime.Activations;

/// <summary>Requests in order of arrival, linked through themselves so that queueing costs no memory.</summary>
internal struct RequestQueue
{
    public Request? First { get; private set; }

    public Request? Last { get; private set; }

    public void Add(Request request)
    {
        request.Previous = Last;
        request.Next = null;
        if (Last is null)
        {
            First = request;
        }
        else
        {
            Last.Next = request;
        }

        Last = request;
    }

    public void Remove(Request request)
    {
        if (request.Previous is null)
        {
            First = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            Last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Previous = request.Next = null;
    }
}
