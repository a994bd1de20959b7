namespace ChainHealth.Client;

/// <summary>Of one member, over all of its connections: a token bucket of one second's worth, and a count of what is
/// under way. May be used by several threads.</summary>
internal sealed class RequestGate(ClientApiLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = limits.RequestsPerSecondMax;
    private long _refilled = time.GetTimestamp();
    private int _inFlight;
    private long _bytes;
    private TaskCompletionSource? _room;

    /// <summary>Null when the request may start; else why not.</summary>
    public string? TryEnter(int bytes)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            double gained = time.GetElapsedTime(_refilled, now).TotalSeconds * limits.RequestsPerSecondMax;
            _tokens = Math.Min(limits.RequestsPerSecondMax, _tokens + gained);
            _refilled = now;
            if (_inFlight >= limits.InFlightMax)
            {
                return $"{limits.InFlightMax} requests of this member are under way";
            }

            if (_tokens < 1)
            {
                return $"more than {limits.RequestsPerSecondMax} requests per second";
            }

            _tokens--;
            _inFlight++;
            _bytes += bytes;
            return null;
        }
    }

    /// <summary>What was asked cost work and gave nothing: it counts as more requests than one.</summary>
    public void Charge(int requests)
    {
        lock (_gate)
        {
            _tokens -= requests;
        }
    }

    public void Leave(int bytes)
    {
        lock (_gate)
        {
            _inFlight--;
            _bytes -= bytes;
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Waits while the requests under way hold too many bytes.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_bytes < limits.InFlightBytesMax)
                {
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellation);
        }
    }
}
