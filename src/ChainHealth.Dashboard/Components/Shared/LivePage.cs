using ChainHealth.Dashboard.Chain;
using Microsoft.AspNetCore.Components;

namespace ChainHealth.Dashboard.Components.Shared;

/// <summary>A component that is drawn again whenever the chain has moved.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private IDisposable? _listening;

    [Inject]
    protected ChainFeed Feed { get; set; } = default!;

    protected ChainPicture Picture => Feed.Now;

    /// <summary>Cancelled when the person leaves the page.</summary>
    protected CancellationToken Left { get; private set; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected override void OnInitialized()
    {
        Left = _left.Token;
        _listening = Feed.Listen(() => _ = InvokeAsync(MovedAsync));
    }

    /// <summary>For pages that keep more than the picture.</summary>
    protected virtual Task OnChainMovedAsync() => Task.CompletedTask;

    protected string NameOf(Primitives.MemberId member) => Picture.NameOf(member);

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !Left.IsCancellationRequested)
        {
            _listening?.Dispose();
            _left.Cancel();
            _left.Dispose();
        }
    }

    private async Task MovedAsync()
    {
        if (!Left.IsCancellationRequested)
        {
            await OnChainMovedAsync();
            StateHasChanged();
        }
    }
}
