using ChainHealth.Dashboard.Edges;
using Microsoft.AspNetCore.Components;

namespace ChainHealth.Dashboard.Components.Shared;

/// <summary>A live page that also looks at the edge servers.</summary>
public abstract class EdgePage : LivePage
{
    private IDisposable? _looking;

    [Inject]
    protected EdgeBoard Edges { get; set; } = default!;

    [Inject]
    protected ILogger<EdgePage> Log { get; set; } = default!;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _looking = Edges.Listen(() => _ = InvokeAsync(StateHasChanged));
    }

    protected override void Dispose(bool disposing)
    {
        _looking?.Dispose();
        base.Dispose(disposing);
    }
}
