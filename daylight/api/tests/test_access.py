"""No operation of the API is open by oversight: each names the scope its key must carry."""

from daylight.accounts.roles import Act
from daylight.api import urls
from daylight.api.v1.door import api


def test_every_operation_names_the_scope_it_needs() -> None:
    assert urls.urlpatterns
    operations = [
        operation.view_func
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    ]

    assert len(operations) > 20
    assert [view.__name__ for view in operations if not isinstance(getattr(view, "access_rule", None), Act)] == []
