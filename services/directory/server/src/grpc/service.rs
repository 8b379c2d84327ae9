//! The generated trait: each rpc handed to where it is done.

use khidma_proto::directory as pb;
use khidma_proto::directory::directory_service_server::DirectoryService;
use tonic::{Request, Response, Status};

use super::DirectoryGrpc;

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DirectoryService for DirectoryGrpc {
    async fn create_department(
        &self,
        request: Request<pb::CreateDepartmentRequest>,
    ) -> Answer<pb::CreateDepartmentResponse> {
        let position = self.create_department(request).await?;
        Ok(Response::new(pb::CreateDepartmentResponse { position }))
    }

    async fn rename_department(
        &self,
        request: Request<pb::RenameDepartmentRequest>,
    ) -> Answer<pb::RenameDepartmentResponse> {
        let position = self.rename_department(request).await?;
        Ok(Response::new(pb::RenameDepartmentResponse { position }))
    }

    async fn move_department(
        &self,
        request: Request<pb::MoveDepartmentRequest>,
    ) -> Answer<pb::MoveDepartmentResponse> {
        let position = self.move_department(request).await?;
        Ok(Response::new(pb::MoveDepartmentResponse { position }))
    }

    async fn set_department_topics(
        &self,
        request: Request<pb::SetDepartmentTopicsRequest>,
    ) -> Answer<pb::SetDepartmentTopicsResponse> {
        let position = self.set_department_topics(request).await?;
        Ok(Response::new(pb::SetDepartmentTopicsResponse { position }))
    }

    async fn close_department(
        &self,
        request: Request<pb::CloseDepartmentRequest>,
    ) -> Answer<pb::CloseDepartmentResponse> {
        let position = self.close_department(request).await?;
        Ok(Response::new(pb::CloseDepartmentResponse { position }))
    }

    async fn get_department(
        &self,
        request: Request<pb::GetDepartmentRequest>,
    ) -> Answer<pb::GetDepartmentResponse> {
        self.get_department(request).await.map(Response::new)
    }

    async fn list_departments(
        &self,
        request: Request<pb::ListDepartmentsRequest>,
    ) -> Answer<pb::ListDepartmentsResponse> {
        self.list_departments(request).await.map(Response::new)
    }

    async fn register_person(
        &self,
        request: Request<pb::RegisterPersonRequest>,
    ) -> Answer<pb::RegisterPersonResponse> {
        let position = self.register_person(request).await?;
        Ok(Response::new(pb::RegisterPersonResponse { position }))
    }

    async fn update_person(
        &self,
        request: Request<pb::UpdatePersonRequest>,
    ) -> Answer<pb::UpdatePersonResponse> {
        let position = self.update_person(request).await?;
        Ok(Response::new(pb::UpdatePersonResponse { position }))
    }

    async fn join_department(
        &self,
        request: Request<pb::JoinDepartmentRequest>,
    ) -> Answer<pb::JoinDepartmentResponse> {
        let position = self.join_department(request).await?;
        Ok(Response::new(pb::JoinDepartmentResponse { position }))
    }

    async fn leave_department(
        &self,
        request: Request<pb::LeaveDepartmentRequest>,
    ) -> Answer<pb::LeaveDepartmentResponse> {
        let position = self.leave_department(request).await?;
        Ok(Response::new(pb::LeaveDepartmentResponse { position }))
    }

    async fn set_manager(
        &self,
        request: Request<pb::SetManagerRequest>,
    ) -> Answer<pb::SetManagerResponse> {
        let position = self.set_manager(request).await?;
        Ok(Response::new(pb::SetManagerResponse { position }))
    }

    async fn update_profile(
        &self,
        request: Request<pb::UpdateProfileRequest>,
    ) -> Answer<pb::UpdateProfileResponse> {
        let position = self.update_profile(request).await?;
        Ok(Response::new(pb::UpdateProfileResponse { position }))
    }

    async fn deactivate_person(
        &self,
        request: Request<pb::DeactivatePersonRequest>,
    ) -> Answer<pb::DeactivatePersonResponse> {
        let position = self.deactivate_person(request).await?;
        Ok(Response::new(pb::DeactivatePersonResponse { position }))
    }

    async fn get_person(
        &self,
        request: Request<pb::GetPersonRequest>,
    ) -> Answer<pb::GetPersonResponse> {
        self.get_person(request).await.map(Response::new)
    }

    async fn list_people(
        &self,
        request: Request<pb::ListPeopleRequest>,
    ) -> Answer<pb::ListPeopleResponse> {
        self.list_people(request).await.map(Response::new)
    }

    async fn get_reporting_line(
        &self,
        request: Request<pb::GetReportingLineRequest>,
    ) -> Answer<pb::GetReportingLineResponse> {
        self.get_reporting_line(request).await.map(Response::new)
    }

    async fn define_role(
        &self,
        request: Request<pb::DefineRoleRequest>,
    ) -> Answer<pb::DefineRoleResponse> {
        let position = self.define_role(request).await?;
        Ok(Response::new(pb::DefineRoleResponse { position }))
    }

    async fn revise_role(
        &self,
        request: Request<pb::ReviseRoleRequest>,
    ) -> Answer<pb::ReviseRoleResponse> {
        let position = self.revise_role(request).await?;
        Ok(Response::new(pb::ReviseRoleResponse { position }))
    }

    async fn assign_role(
        &self,
        request: Request<pb::AssignRoleRequest>,
    ) -> Answer<pb::AssignRoleResponse> {
        let position = self.assign_role(request).await?;
        Ok(Response::new(pb::AssignRoleResponse { position }))
    }

    async fn unassign_role(
        &self,
        request: Request<pb::UnassignRoleRequest>,
    ) -> Answer<pb::UnassignRoleResponse> {
        let position = self.unassign_role(request).await?;
        Ok(Response::new(pb::UnassignRoleResponse { position }))
    }

    async fn confirm_role(
        &self,
        request: Request<pb::ConfirmRoleRequest>,
    ) -> Answer<pb::ConfirmRoleResponse> {
        let position = self.confirm_role(request).await?;
        Ok(Response::new(pb::ConfirmRoleResponse { position }))
    }

    async fn set_on_duty(
        &self,
        request: Request<pb::SetOnDutyRequest>,
    ) -> Answer<pb::SetOnDutyResponse> {
        let position = self.set_on_duty(request).await?;
        Ok(Response::new(pb::SetOnDutyResponse { position }))
    }

    async fn get_role(&self, request: Request<pb::GetRoleRequest>) -> Answer<pb::GetRoleResponse> {
        self.get_role(request).await.map(Response::new)
    }

    async fn list_roles(
        &self,
        request: Request<pb::ListRolesRequest>,
    ) -> Answer<pb::ListRolesResponse> {
        self.list_roles(request).await.map(Response::new)
    }

    async fn who_handles(
        &self,
        request: Request<pb::WhoHandlesRequest>,
    ) -> Answer<pb::WhoHandlesResponse> {
        self.who_handles(request).await.map(Response::new)
    }

    async fn get_org_chart(
        &self,
        request: Request<pb::GetOrgChartRequest>,
    ) -> Answer<pb::GetOrgChartResponse> {
        self.get_org_chart(request).await.map(Response::new)
    }

    async fn put_calendar(
        &self,
        request: Request<pb::PutCalendarRequest>,
    ) -> Answer<pb::PutCalendarResponse> {
        let position = self.put_calendar(request).await?;
        Ok(Response::new(pb::PutCalendarResponse { position }))
    }

    async fn set_department_calendar(
        &self,
        request: Request<pb::SetDepartmentCalendarRequest>,
    ) -> Answer<pb::SetDepartmentCalendarResponse> {
        let position = self.set_department_calendar(request).await?;
        Ok(Response::new(pb::SetDepartmentCalendarResponse {
            position,
        }))
    }

    async fn get_calendar(
        &self,
        request: Request<pb::GetCalendarRequest>,
    ) -> Answer<pb::GetCalendarResponse> {
        self.get_calendar(request).await.map(Response::new)
    }

    async fn list_calendars(
        &self,
        request: Request<pb::ListCalendarsRequest>,
    ) -> Answer<pb::ListCalendarsResponse> {
        self.list_calendars(request).await.map(Response::new)
    }
}
