"""Addresses of the room for the crew."""

from django.urls import path

from daylight.incidents.views import checking, composing, declaring, managing, panels, registering, reporting, settings

app_name = "incidents"
urlpatterns = [
    path("", declaring.list_, name="list"),
    path("declare/", declaring.declare_, name="declare"),
    path("declare/count/", registering.count_first, name="count-first"),
    path("settings/components/", settings.components, name="components"),
    path("settings/components/new/", settings.component, name="new-component"),
    path("settings/components/read-users/", settings.read_users, name="read-users"),
    path("settings/components/<slug:key>/", settings.component, name="component"),
    path("settings/components/<slug:key>/retire/", settings.retire, name="retire"),
    path("settings/components/<slug:key>/users/", settings.users, name="users"),
    path("settings/sections/<slug:public_id>/", settings.section, name="section"),
    path("settings/sections/<slug:public_id>/remove/", settings.remove_section, name="remove-section"),
    path("settings/rhythms/", settings.cadence, name="cadence"),
    path("settings/rhythms/<int:number>/drop/", settings.drop_cadence, name="drop-cadence"),
    path("settings/ladder/", settings.ladder, name="ladder"),
    path("settings/ladder/<int:number>/drop/", settings.drop_rung, name="drop-rung"),
    path("kept/", checking.kept, name="kept"),
    path("<str:public_id>/clock/", panels.panel_clock, name="panel-clock"),
    path("<str:public_id>/affected/", panels.panel_register, name="panel-register"),
    path("<str:public_id>/timeline/", panels.panel_timeline, name="panel-timeline"),
    path("<str:public_id>/beginning/", panels.panel_beginning, name="panel-beginning"),
    path("<str:public_id>/facts/", panels.panel_facts, name="panel-facts"),
    path("<str:public_id>/facts/keep-back/", managing.keep_back, name="keep-back"),
    path("<str:public_id>/facts/<int:number>/look-again/", managing.look_again, name="look-again"),
    path("<str:public_id>/facts/<int:number>/release/", managing.release_fact, name="release-fact"),
    path("<str:public_id>/manage/", managing.manage, name="manage"),
    path("<str:public_id>/note/", managing.note, name="note"),
    path("<str:public_id>/write/", composing.panel_composer, name="panel-composer"),
    path("<str:public_id>/check/", checking.check, name="check"),
    path("<str:public_id>/compose/", composing.compose, name="compose"),
    path("<str:public_id>/post-mortem/", reporting.post_mortem, name="post-mortem"),
    path("<str:public_id>/take-back/", composing.take_back, name="take-back"),
    path("<str:public_id>/holding/", composing.holding, name="holding"),
    path("<str:public_id>/drafts/<int:number>/", composing.draft, name="draft"),
    path("<str:public_id>/register/", registering.register_, name="register"),
    path("<str:public_id>/register/count/", registering.count, name="count"),
    path("<str:public_id>/register/add/", registering.add, name="add-rule"),
    path("<str:public_id>/register/freeze/", registering.freeze, name="freeze"),
    path("<str:public_id>/register/one/", registering.change_one, name="change-one"),
    path("<str:public_id>/register/rules/<int:rule>/withdraw/", registering.withdraw, name="withdraw-rule"),
    path("<str:public_id>/register/rules/<int:rule>/unmatched/", registering.unmatched, name="unmatched"),
]
